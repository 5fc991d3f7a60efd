import type { Tasks } from '../../activities/platform/maintenance.activities.js';
import { maintenanceTasks } from '../../workflows/platform/maintenance.contract.js';

/** Every task, doing nothing. */
export const noTasks = Object.fromEntries(maintenanceTasks.map((task) => [task, async () => {}])) as unknown as Tasks;
