import { createAuditExportActivities } from '../../activities/platform/audit-export.activities.js';
import { auditExportInputs } from '../../activities/platform/audit-export.inputs.js';
import { createDeadLetterDecisionActivities } from '../../activities/platform/dead-letter-decision.activities.js';
import { deadLetterDecisionInputs } from '../../activities/platform/dead-letter-decision.inputs.js';
import {
  createMaintenanceActivities,
  type Tasks,
} from '../../activities/platform/maintenance.activities.js';
import { maintenanceInputs } from '../../activities/platform/maintenance.inputs.js';
import { required } from '../../config.js';
import { roleScope } from '../../db/connection/database.js';
import type { Part } from '../../processes/part.js';
import { platformTaskQueue } from '../../workflows/platform/maintenance.contract.js';
import { openAuditKeys } from '../audit/audit-keys.js';
import { startSchedules } from '../maintenance/schedules.js';
import { timetableOf } from '../shared/timetable.js';
import { openObjects } from '../process/object-store.js';
import { openRolePool } from '../process/pools.js';
import type { Resources } from '../process/resources.js';
import { startWorker } from '../process/worker.js';
import type { Domain, TaskParts } from '../shared/domain.js';
import { createStartSignatures } from '../signing/start-signature.js';

/** The worker of maintenance, with the schedules of the worker's tasks. */
export async function startMaintenanceWorker(
  resources: Resources,
  domains: readonly Domain[],
): Promise<Part> {
  const taskQueue = resources.queueOf(platformTaskQueue);
  const { config, database, temporal, logger } = resources;
  const relayPool = await openRolePool(required(config, 'DATABASE_RELAY_URL'), 2);
  const timetable = timetableOf(domains);
  const activities = {
    ...createMaintenanceActivities({
      tasks: await openTasks({ resources, domains, relay: roleScope(relayPool) }),
      database,
      timetable,
    }),
    ...createAuditExportActivities({
      database,
      objects: openObjects(resources),
      keys: openAuditKeys(resources),
    }),
    ...createDeadLetterDecisionActivities({ database }),
  };
  const inputs = { ...maintenanceInputs, ...auditExportInputs, ...deadLetterDecisionInputs };
  const worker = await startWorker(resources, {
    domain: 'platform',
    taskQueue,
    activities,
    inputs,
  });
  const signatures = createStartSignatures(config);
  const schedules = startSchedules(
    { client: temporal.client, signatures, timetable, logger },
    taskQueue,
  );
  return {
    stop: async () => {
      await schedules.stop();
      await worker.stop();
      await relayPool.end();
    },
  };
}

/** The tasks of all domains. */
async function openTasks(parts: TaskParts): Promise<Tasks> {
  const tasks = parts.domains.flatMap(({ tasks }) => Object.entries(tasks));
  const opened = tasks.map(async ([name, { open }]) => [name, await open(parts)] as const);
  return Object.fromEntries(await Promise.all(opened));
}
