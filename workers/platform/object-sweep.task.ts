import { objectStore, type ObjectRow, type ObjectRows } from '../../db/platform/object.store.js';
import { isWitness, type ObjectStore } from '../../activities/shared/object-store.js';
import type { Task } from '../../activities/platform/maintenance.activities.js';
import { openObjectStore } from '../process/object-store.js';
import type { TaskParts } from '../shared/domain.js';

const hourMs = 3_600_000;
/** Longer than any transaction between the storing of an object and its row. */
const orphanAfterMs = hourMs;
/** Longer than any upload. */
const unfinishedAfterMs = 24 * hourMs;
const stepSize = 500;

interface ObjectSweepParts {
  store: ObjectStore;
  rows: ObjectRows;
  /** Reports an object once: the row is there, the bytes are not. */
  reportMissing(row: ObjectRow): void;
  now?: () => number;
}

/** The sweep of the configured store. */
export function openObjectSweep({ resources: { config, logger }, relay }: TaskParts): Task {
  return createObjectSweep({
    store: openObjectStore(config),
    rows: objectStore(relay),
    reportMissing: ({ accountId, objectId }) =>
      logger.error(
        { account_id: accountId, object_id: objectId },
        'object is missing: its row is there, its bytes are not',
      ),
  });
}

/**
 * Compares the store with the rows, walking both in the order of their keys: bytes without a row
 * are deleted, rows without bytes are reported and kept.
 */
export function createObjectSweep({
  store,
  rows,
  reportMissing,
  now = Date.now,
}: ObjectSweepParts): Task {
  return async (progress) => {
    const startedAt = now();
    await store.forgetUnfinished(new Date(startedAt - unfinishedAfterMs));
    const walk = rows.inOrder();
    const nextRow = async (): Promise<ObjectRow | undefined> => {
      const { value, done } = await walk.next();
      return done ? undefined : value;
    };
    let count = 0;
    const step = () => void (++count % stepSize === 0 && progress(count));

    let row = await nextRow();
    for await (const { key, storedAt } of store.list('')) {
      for (; row && row.objectKey < key; row = await nextRow(), step()) await missing(row);
      step();
      if (row?.objectKey === key) {
        if (row.isMissing) await rows.markMissing(row, false);
        row = await nextRow();
      } else if (isWitness(key)) continue;
      else if (storedAt.getTime() < startedAt - orphanAfterMs && !(await rows.isKnown(key)))
        await store.delete(key);
    }
    for (; row; row = await nextRow(), step()) await missing(row);
    progress(count);
  };

  /** The object may have been stored after the listing. */
  async function missing(row: ObjectRow): Promise<void> {
    if (row.isMissing || (await store.head(row.objectKey))) return;
    if (await rows.markMissing(row, true)) reportMissing(row);
  }
}
