import { buffer } from 'node:stream/consumers';
import type { AuditCheckpointStore } from '../../db/platform/audit-checkpoint.store.js';
import type { AuditCheckpointViews } from '../../db/platform/audit-checkpoint.views.js';
import type { Checkpoint } from '../../db/shared/audit-checkpoint.js';
import { checkpointFolder, type ObjectStore } from '../shared/object-store.js';
import type { Task } from './maintenance.activities.js';

const pageSize = 200;
const maxBytes = 4_096;
const numberDigits = 9;

/**
 * Signs each whole day that has no checkpoint, then copies what is new to the object store. A run that was cut off in between
 * is finished by the next. It fails, and so is told by the watchdog, when the copies know more or something else than the
 * database: then somebody took checkpoints away, or wrote others.
 */
export function createCheckpointTask(parts: {
  checkpoints: AuditCheckpointStore;
  views: AuditCheckpointViews;
  store: ObjectStore;
}): Task {
  const { checkpoints, views, store } = parts;
  const copies = createCheckpointCopies(store);
  return async (progress) => {
    for (let days = 1; await checkpoints.signNext(); days += 1) progress(days);
    const newest = await copies.newest();
    // The newest copy is compared once more, so a database that was wound back is found out.
    let after = Math.max(newest - 1, 0);
    for (;;) {
      const page = await views.page(after, pageSize);
      for (const checkpoint of page) await copies.keep(checkpoint);
      const last = page.at(-1)?.number ?? after;
      if (last < newest) throw new Error(`checkpoint ${newest} was copied, and the database does not have it`);
      if (page.length < pageSize) return;
      after = last;
      progress(after);
    }
  };
}

/** The second place of the checkpoints: one object each, which is never written over. */
export function createCheckpointCopies(store: ObjectStore) {
  const keyOf = (number: number): string => checkpointFolder + String(number).padStart(numberDigits, '0');

  async function read(number: number): Promise<Checkpoint | undefined> {
    const bytes = await store.get(keyOf(number));
    return bytes && (JSON.parse((await buffer(bytes)).toString()) as Checkpoint);
  }
  async function newest(): Promise<number> {
    let last = 0;
    for await (const { key } of store.list(checkpointFolder)) last = Number(key.slice(checkpointFolder.length));
    return last;
  }
  return {
    read,
    /** The largest number that was copied; 0 for none. */
    newest,
    /** Refuses a smaller number than the newest, and another content for one that is there. */
    async keep(checkpoint: Checkpoint): Promise<void> {
      const { number } = checkpoint;
      const there = await read(number);
      if (there) {
        if (JSON.stringify(there) !== JSON.stringify(checkpoint))
          throw new Error(`checkpoint ${number} was copied with another content`);
        return;
      }
      if ((await newest()) > number) throw new Error(`checkpoint ${number} is older than the newest copy`);
      await store.put(keyOf(number), bytesOf(JSON.stringify(checkpoint)), { maxBytes });
    },
  };
}
export type CheckpointCopies = ReturnType<typeof createCheckpointCopies>;

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
