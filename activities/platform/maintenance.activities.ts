import { heartbeat, Context, log } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { platformAccountId, type Database } from '../../db/connection/database.js';
import { scheduleStore, type ScheduleStore } from '../../db/platform/schedule.store.js';
import type { Timetable } from '../../workflows/platform/maintenance.contract.js';

/** A task calls Progress at each step: a heartbeat, which throws when the task is to stop. */
export type Progress = (done: number) => void;
/** Bounded, and safe to repeat from any point: an interrupted task begins again. */
export type Task = (progress: Progress) => Promise<void>;
/** Tasks by name. */
export type Tasks = Readonly<Record<string, Task>>;

export function createMaintenanceActivities({
  tasks,
  database,
  timetable,
}: {
  tasks: Tasks;
  database: Pick<Database, 'transaction'>;
  /** Of this version. */
  timetable: Timetable;
}) {
  const stamp = (work: (schedules: ScheduleStore) => Promise<void>): Promise<void> =>
    database.transaction({ accountId: platformAccountId }, (scope) =>
      work(scheduleStore(scope, { timetable })),
    );

  return {
    /** Runs a task and stamps the heartbeat; a repeat runs the task again. */
    async runTask(name: string): Promise<void> {
      const task = tasks[name];
      // A task of a later version waits for a worker of the later version.
      if (!task)
        throw ApplicationFailure.retryable('this worker does not have the task', 'UNKNOWN_TASK');
      const { cancellationSignal } = Context.current();
      await stamp((schedules) => schedules.markStarted(name));
      try {
        await task((done) => {
          heartbeat(done);
          cancellationSignal.throwIfAborted();
        });
      } catch (error) {
        await stamp((schedules) => schedules.markFinished(name, 'FAILED'));
        log.warn('a task of maintenance failed', { task: name, error });
        throw error;
      }
      await stamp((schedules) => schedules.markFinished(name, 'SUCCEEDED'));
    },
  };
}
