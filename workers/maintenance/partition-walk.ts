import type { Task } from '../../activities/platform/maintenance.activities.js';

/**
 * Runs a step on each partitioned table, in a transaction of its own; a failed table does not stop
 * the others.
 */
export function createPartitionWalk(
  tables: () => Promise<readonly string[]>,
  change: (table: string) => Promise<number>,
): Task {
  return async (progress) => {
    let changed = 0;
    const faults: unknown[] = [];
    for (const table of await tables()) {
      changed += await change(table).catch((error: unknown) => {
        faults.push(error);
        return 0;
      });
      progress(changed);
    }
    if (faults.length > 0) throw faults[0];
  };
}
