import type { Client, ScheduleDescription } from '@temporalio/client';
import { ensureSchedules } from '../../../workers/maintenance/schedules.js';
import { scheduleIdOf } from '../../../workflows/platform/maintenance.contract.js';
import { eventually } from '../timing/eventually.js';

/**
 * Makes a queue's schedules as a worker does, by further tries: Temporal, busy with the schedules
 * of other tests, may not be able to describe a schedule just made.
 */
export const makeSchedules = (...input: Parameters<typeof ensureSchedules>): Promise<void> =>
  eventually(() => ensureSchedules(...input));

/**
 * A schedule by further tries of what may be repeated: Temporal, busy with the schedules of other
 * tests, may not answer about a schedule in time.
 */
export function scheduleOf(client: Client, taskQueue: string, task: string) {
  const handle = client.schedule.getHandle(scheduleIdOf(taskQueue, task));
  return {
    describe: (): Promise<ScheduleDescription> => eventually(() => handle.describe()),
    pause: (note?: string): Promise<void> => eventually(() => handle.pause(note)),
  };
}
