import { createMaintenanceActivities, type Task } from '../../activities/platform/maintenance.activities.js';
import { createScheduleStore } from '../../db/platform/schedule.store.js';
import { maintenanceWorkflowType, type MaintenanceInput } from '../../workflows/platform/maintenance.contract.js';
import { createTestDatabase } from '../support/database.js';
import { noTasks } from '../platform/maintenance-fixture.js';
import type { TestTemporal } from '../support/temporal.js';
import type { Played } from './recording.js';

/** A task that is done at once, and one that fails first. */
export async function playMaintenances(temporal: TestTemporal): Promise<Played> {
  const test = await createTestDatabase();
  const schedules = createScheduleStore({ database: test.database });
  let tries = 0;
  const failsFirst: Task = () => ((tries += 1) > 1 ? Promise.resolve() : Promise.reject(new Error('not yet')));
  const tasks = { ...noTasks, 'purge-effects': failsFirst };
  const { taskQueue } = await temporal.startWorker('platform', createMaintenanceActivities({ tasks, schedules }));
  const run = (input: MaintenanceInput) =>
    temporal.client.workflow.start(maintenanceWorkflowType, {
      ...{ taskQueue, workflowId: `${taskQueue}/${input.task}`, args: [input] },
    });
  const played = {
    done: await run({ task: 'purge-mailbox' }),
    'fails-first': await run({ task: 'purge-effects' }),
  };
  await Promise.all(Object.values(played).map((handle) => handle.result()));
  await test.drop();
  return played;
}
