import {
  createMaintenanceActivities,
  type Task,
} from '../../activities/platform/maintenance.activities.js';
import {
  maintenanceWorkflowType,
  type MaintenanceInput,
} from '../../workflows/platform/maintenance.contract.js';
import { createTestDatabase } from '../support/servers/database.js';
import { noTasks, timetable } from '../platform/maintenance/maintenance-fixture.js';
import type { TestTemporal } from '../support/servers/temporal.js';
import type { Played } from './recording.js';

/** A task done at once, and a task that fails first. */
export async function play(temporal: TestTemporal): Promise<Played> {
  const test = await createTestDatabase();
  const { database } = test;
  let tries = 0;
  const failsFirst: Task = () =>
    (tries += 1) > 1 ? Promise.resolve() : Promise.reject(new Error('not yet'));
  const tasks = { ...noTasks, 'purge-effects': failsFirst };
  const { taskQueue } = await temporal.startWorker(
    'platform',
    createMaintenanceActivities({ tasks, database, timetable }),
  );
  const run = (input: MaintenanceInput) =>
    temporal.client.workflow.start(maintenanceWorkflowType, {
      taskQueue,
      workflowId: `${taskQueue}/${input.task}`,
      args: [input],
    });
  const played = {
    done: await run({ task: 'purge-mailbox' }),
    'fails-first': await run({ task: 'purge-effects' }),
  };
  await Promise.all(Object.values(played).map((handle) => handle.result()));
  await test.drop();
  return played;
}
