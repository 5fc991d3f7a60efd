import type { Task, Tasks } from '../../../activities/platform/maintenance.activities.js';
import { domains } from '../../../workers/domains.js';
import { timetableOf } from '../../../workers/shared/timetable.js';

/** The timetable of every domain. */
export const timetable = timetableOf(domains);
export const taskNames = Object.keys(timetable);

/** Every task, doing nothing. */
export const noTasks: Tasks = Object.fromEntries(
  taskNames.map((task): [string, Task] => [task, async () => {}]),
);
