import { ActivityFailure, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { createMaintenanceActivities } from '../../activities/platform/maintenance.activities.js';
import { saidOf } from '../shared/trouble.js';
import type { MaintenanceInput } from './maintenance.contract.js';

const { runTask } = proxyActivities<ReturnType<typeof createMaintenanceActivities>>({
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout: '2 minutes',
  // What still fails then is tried at its next time, and told by the watchdog if that is so twice.
  scheduleToCloseTimeout: '30 minutes',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  summary: 'does the task of maintenance',
});

/**
 * One run of a task of maintenance.
 *
 * Starts by its schedule, or when an operator wants it now; never beside another run of the same task.
 * Waits for the task, which is tried again for half an hour while something that it needs is away.
 * Ends when it is done, or failed; its heartbeat in the database says which.
 */
export async function maintenanceWorkflow({ task }: MaintenanceInput): Promise<void> {
  setCurrentDetails(`Waits for ${task}`);
  try {
    await runTask(task);
  } catch (error) {
    const said = error instanceof ActivityFailure ? ` (${saidOf(error)})` : '';
    setCurrentDetails(`Ended: ${task} failed${said}; its schedule runs it again`);
    throw error;
  }
  setCurrentDetails(`Ended: ${task} is done`);
}
