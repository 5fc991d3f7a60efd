import type { Task } from './maintenance.activities.js';

/** Does something to each partitioned table, in a transaction of its own; one that refuses does not keep the others from it. */
export function createPartitionTask(
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
