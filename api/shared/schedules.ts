import { ScheduleNotFoundError, ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import { maintenanceTasks, scheduleIdOf, type MaintenanceTask } from '../../workflows/platform/maintenance.contract.js';
import { isTemporalOutage } from './workflows.js';

export interface Upcoming {
  nextRunAt: Date | undefined;
  isPaused: boolean;
}
export interface Schedules {
  /** What is not there, or cannot be asked now, is left out. */
  upcoming(): Promise<Map<MaintenanceTask, Upcoming>>;
  /** Runs it now, unless it runs already; so asking twice changes nothing. */
  runNow(task: MaintenanceTask): Promise<void>;
}

const rpcDeadlineMs = 3_000;

/** Temporal's schedules of one queue. */
export function createSchedules(client: Client, taskQueue: string): Schedules {
  const handleOf = (task: MaintenanceTask) => client.schedule.getHandle(scheduleIdOf(taskQueue, task));
  const withDeadline = <T>(work: () => Promise<T>) => client.withDeadline(Date.now() + rpcDeadlineMs, work);

  async function upcomingOf(task: MaintenanceTask): Promise<[MaintenanceTask, Upcoming][]> {
    try {
      const { info, state } = await withDeadline(() => handleOf(task).describe());
      return [[task, { nextRunAt: state.paused ? undefined : info.nextActionTimes[0], isPaused: state.paused }]];
    } catch (error) {
      if (error instanceof ScheduleNotFoundError || isTemporalOutage(error)) return [];
      throw error;
    }
  }
  return {
    upcoming: async () => new Map((await Promise.all(maintenanceTasks.map(upcomingOf))).flat()),
    runNow: (task) => withDeadline(() => handleOf(task).trigger(ScheduleOverlapPolicy.SKIP)),
  };
}
