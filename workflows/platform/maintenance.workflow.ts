import { ActivityFailure, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { createMaintenanceActivities } from '../../activities/platform/maintenance.activities.js';
import { saidOf } from '../shared/trouble.js';
import type { MaintenanceInput } from './maintenance.contract.js';

const { runTask } = proxyActivities<ReturnType<typeof createMaintenanceActivities>>({
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout: '2 minutes',
  // A task failing for longer is tried at its next time; the watchdog reports a second failure in a
  // row.
  scheduleToCloseTimeout: '30 minutes',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  summary: 'does the task of maintenance',
});

/**
 * A run of a maintenance task.
 *
 * Starts by the task's schedule, or when an operator asks; never beside another run of the same
 * task.
 * Waits for the task, tried again for half an hour while a dependency is away.
 * Ends done or failed; the task's heartbeat in the database holds the outcome.
 */
export async function maintenanceWorkflow({ task }: MaintenanceInput): Promise<void> {
  setCurrentDetails(`Waits for ${task}`);
  try {
    await runTask(task);
  } catch (error) {
    const reason = error instanceof ActivityFailure ? ` (${saidOf(error)})` : '';
    setCurrentDetails(`Ended: ${task} failed${reason}; its schedule runs it again`);
    throw error;
  }
  setCurrentDetails(`Ended: ${task} is done`);
}
