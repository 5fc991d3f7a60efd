import { heartbeat, Context, log } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ScheduleStore } from '../../db/platform/schedule.store.js';
import type { MaintenanceTask } from '../../workflows/platform/maintenance.contract.js';

/** Called by a task at each step of its work: says that it is alive, and throws when it is to stop. */
export type Progress = (done: number) => void;
/** Bounded, and safe to repeat, also from its middle: a run that was cut off begins again. */
export type Task = (progress: Progress) => Promise<void>;
export type Tasks = Readonly<Record<MaintenanceTask, Task>>;

export function createMaintenanceActivities({ tasks, schedules }: { tasks: Tasks; schedules: ScheduleStore }) {
  return {
    /** Runs a task and stamps its heartbeat; repeated, it runs again. */
    async runTask(name: MaintenanceTask): Promise<void> {
      const task: Task | undefined = tasks[name];
      // Of a later version, whose workers will have it.
      if (!task) throw ApplicationFailure.retryable('this worker does not have the task', 'UNKNOWN_TASK');
      const { cancellationSignal } = Context.current();
      await schedules.markStarted(name);
      try {
        await task((done) => {
          heartbeat(done);
          cancellationSignal.throwIfAborted();
        });
      } catch (error) {
        await schedules.markFinished(name, 'FAILED');
        log.warn('a task of maintenance failed', { task: name, error });
        throw error;
      }
      await schedules.markFinished(name, 'SUCCEEDED');
    },
  };
}

/** Repeats a step that answers how much it did, until it finds nothing more. */
export async function untilNothingIsLeft(step: () => Promise<number>, progress: Progress): Promise<void> {
  for (let done = await step(), total = done; done > 0; done = await step(), total += done) progress(total);
}
