import type { ObjectRow, ObjectRows } from '../../db/platform/object.store.js';
import { isWitness, type ObjectStore } from '../shared/object-store.js';
import type { Task } from './maintenance.activities.js';

const hourMs = 3_600_000;
/** Longer than any transaction between the storing of an object and its row. */
const orphanAfterMs = hourMs;
/** Longer than any upload. */
const unfinishedAfterMs = 24 * hourMs;
const stepSize = 500;

export interface ObjectSweepParts {
  store: ObjectStore;
  rows: ObjectRows;
  /** Told once an object: its row is there, its bytes are not. */
  reportMissing(row: ObjectRow): void;
  now?: () => number;
}

/**
 * Compares the store with the rows, walking both in the order of their keys: bytes that never got a row are deleted, rows whose
 * bytes have gone are reported and kept.
 */
export function createObjectSweep({ store, rows, reportMissing, now = Date.now }: ObjectSweepParts): Task {
  return async (progress) => {
    const startedAt = now();
    await store.forgetUnfinished(new Date(startedAt - unfinishedAfterMs));
    const walk = rows.inOrder();
    const nextRow = async (): Promise<ObjectRow | undefined> => {
      const { value, done } = await walk.next();
      return done ? undefined : value;
    };
    let seen = 0;
    const step = () => void (++seen % stepSize === 0 && progress(seen));

    let row = await nextRow();
    for await (const { key, storedAt } of store.list('')) {
      for (; row && row.key < key; row = await nextRow(), step()) await missing(row);
      step();
      if (row?.key === key) {
        if (row.isMissing) await rows.markMissing(row, false);
        row = await nextRow();
      } else if (isWitness(key)) continue;
      else if (storedAt.getTime() < startedAt - orphanAfterMs && !(await rows.isKnown(key))) await store.delete(key);
    }
    for (; row; row = await nextRow(), step()) await missing(row);
    progress(seen);
  };

  /** It may have been stored since the list went by. */
  async function missing(row: ObjectRow): Promise<void> {
    if (row.isMissing || (await store.head(row.key))) return;
    if (await rows.markMissing(row, true)) reportMissing(row);
  }
}
