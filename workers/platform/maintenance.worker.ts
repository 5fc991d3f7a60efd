import { createAuditExportActivities } from '../../activities/platform/audit-export.activities.js';
import { auditExportInputs } from '../../activities/platform/audit-export.inputs.js';
import { createAuditExportPurge } from '../../activities/platform/audit-export-purge.activities.js';
import { createCheckpointTask } from '../../activities/platform/audit-checkpoint.activities.js';
import { createWitnessTask } from '../../activities/platform/audit-witness.activities.js';
import { createWitnessPurge } from '../../activities/platform/audit-witness-purge.activities.js';
import { createDeadLetterDecisionActivities } from '../../activities/platform/dead-letter-decision.activities.js';
import { deadLetterDecisionInputs } from '../../activities/platform/dead-letter-decision.inputs.js';
import { createMaintenanceActivities, untilNothingIsLeft } from '../../activities/platform/maintenance.activities.js';
import { maintenanceInputs } from '../../activities/platform/maintenance.inputs.js';
import type { Tasks } from '../../activities/platform/maintenance.activities.js';
import { createObjectSweep } from '../../activities/platform/object-sweep.activities.js';
import { createPartitionTask } from '../../activities/platform/partition.activities.js';
import { createObjects } from '../../activities/shared/objects.js';
import { required } from '../../config.js';
import { createRegistrationStore } from '../../db/identity/registration.store.js';
import { createAuditCheckpointStore } from '../../db/platform/audit-checkpoint.store.js';
import { createAuditCheckpointViews } from '../../db/platform/audit-checkpoint.views.js';
import { createAuditExportStore } from '../../db/platform/audit-export.store.js';
import { createAuditKeyRecords } from '../../db/platform/audit-key.records.js';
import { createAuditWitnessStore } from '../../db/platform/audit-witness.store.js';
import { createAuditWitnessViews } from '../../db/platform/audit-witness.views.js';
import { purgeRequests } from '../../db/platform/request-purge.store.js';
import { createAuditViews } from '../../db/platform/audit.views.js';
import { purgeDeliveries } from '../../db/platform/delivery-purge.store.js';
import { createEffectStore } from '../../db/platform/effect.store.js';
import { createMailboxStore } from '../../db/platform/mailbox.store.js';
import { createDeadLetterDecisionStore } from '../../db/platform/dead-letter-decision.store.js';
import { createObjectRecords } from '../../db/platform/object.records.js';
import { createObjectStore } from '../../db/platform/object.store.js';
import { createPartitionStore } from '../../db/platform/partition.store.js';
import { createScheduleStore } from '../../db/platform/schedule.store.js';
import { platformTaskQueue } from '../../workflows/platform/maintenance.contract.js';
import { openObjectStore } from '../shared/object-store.js';
import type { Domain } from '../shared/domain.js';
import type { Part } from '../shared/part.js';
import { openRolePool } from '../shared/pools.js';
import { createReconciler } from '../shared/reconciler.js';
import type { Resources } from '../shared/resources.js';
import { startSchedules } from '../shared/schedules.js';
import { createStartSignatures } from '../shared/start-signature.js';
import { startWorker } from '../shared/worker.js';

/** The worker of maintenance, with the schedules that give it work. */
export async function startMaintenanceWorker(resources: Resources, domains: readonly Domain[]): Promise<Part> {
  const taskQueue = resources.queueOf(platformTaskQueue);
  const { config, database, temporal, logger } = resources;
  const relayPool = await openRolePool(required(config, 'DATABASE_RELAY_URL'), 2);
  const effects = createEffectStore(relayPool);
  const mailbox = createMailboxStore({ database });
  const registrations = createRegistrationStore({ database });
  const partitions = createPartitionStore({ database });
  const store = openObjectStore(config);
  const objects = createObjects({ store, records: createObjectRecords({ database }) });
  const exports = createAuditExportStore({ database });
  const auditKeys = createAuditKeyRecords({ database, sealKey: config.deriveKey('audit keys') });
  const witnessing = {
    store,
    witnesses: createAuditWitnessStore({ database }),
    views: createAuditWitnessViews(database.read),
  };
  const tasks: Tasks = {
    'make-partitions': createPartitionTask(partitions.tables, partitions.make),
    'drop-old-partitions': createPartitionTask(partitions.tables, partitions.dropOld),
    'sweep-objects': createObjectSweep({
      store,
      rows: createObjectStore(relayPool),
      reportMissing: ({ accountId, objectId }) =>
        logger.error(
          { account_id: accountId, object_id: objectId },
          'object is missing: its row is there, its bytes are not',
        ),
    }),
    'sign-audit-checkpoints': createCheckpointTask({
      checkpoints: createAuditCheckpointStore({ database, keys: auditKeys }),
      views: createAuditCheckpointViews(database.read),
      store,
    }),
    'sign-audit-witness': createWitnessTask({
      ...witnessing,
      keys: auditKeys,
      policy: { everyMs: config.AUDIT_WITNESS_MS, everyEntries: config.AUDIT_WITNESS_ENTRIES },
    }),
    reconcile: await createReconciler(resources, domains),
    'purge-registrations': (progress) => untilNothingIsLeft(registrations.purge, progress),
    'purge-effects': (progress) => untilNothingIsLeft(effects.purge, progress),
    'purge-requests': (progress) => untilNothingIsLeft(() => purgeRequests(relayPool), progress),
    'purge-deliveries': (progress) => untilNothingIsLeft(() => purgeDeliveries(relayPool), progress),
    'purge-mailbox': (progress) => untilNothingIsLeft(mailbox.purge, progress),
    'purge-audit-exports': createAuditExportPurge({ exports, objects }),
    'purge-audit-witnesses': createWitnessPurge(witnessing),
  };
  const activities = {
    ...createMaintenanceActivities({ tasks, schedules: createScheduleStore({ database }) }),
    ...createAuditExportActivities({
      ...{ exports, objects, keys: auditKeys },
      entries: createAuditViews(database.read),
    }),
    ...createDeadLetterDecisionActivities({ decisions: createDeadLetterDecisionStore({ database }) }),
  };
  const inputs = { ...maintenanceInputs, ...auditExportInputs, ...deadLetterDecisionInputs };
  const worker = await startWorker(resources, { domain: 'platform', taskQueue, activities, inputs });
  const schedules = startSchedules(
    { client: temporal.client, signatures: createStartSignatures(config), logger },
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
