import { ScheduleNotFoundError, ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import { scheduleIdOf } from '../../workflows/platform/maintenance.contract.js';
import { isTemporalOutage } from './workflows.js';

interface Upcoming {
  nextRunAt: Date | undefined;
  isPaused: boolean;
}
export interface Schedules {
  /**
   * Next runs of the tasks, by name; a missing schedule, or a schedule Temporal cannot describe
   * now, is left out.
   */
  upcoming(tasks: readonly string[]): Promise<Map<string, Upcoming>>;
  /** Runs the task now, unless already running; so calling twice changes nothing. */
  runNow(task: string): Promise<void>;
}

const rpcDeadlineMs = 3_000;

/** Temporal's schedules of a queue. */
export function createSchedules(client: Client, taskQueue: string): Schedules {
  const handleOf = (task: string) => client.schedule.getHandle(scheduleIdOf(taskQueue, task));
  const withDeadline = <T>(work: () => Promise<T>) =>
    client.withDeadline(Date.now() + rpcDeadlineMs, work);

  async function upcomingOf(task: string): Promise<[string, Upcoming][]> {
    try {
      const { info, state } = await withDeadline(() => handleOf(task).describe());
      return [
        [
          task,
          { nextRunAt: state.paused ? undefined : info.nextActionTimes[0], isPaused: state.paused },
        ],
      ];
    } catch (error) {
      if (error instanceof ScheduleNotFoundError || isTemporalOutage(error)) return [];
      throw error;
    }
  }
  return {
    upcoming: async (tasks) => new Map((await Promise.all(tasks.map(upcomingOf))).flat()),
    runNow: (task) => withDeadline(() => handleOf(task).trigger(ScheduleOverlapPolicy.SKIP)),
  };
}
