import { buffer } from 'node:stream/consumers';
import { checkpointFolder, type ObjectStore } from '../../activities/shared/object-store.js';
import type { Checkpoint } from '../../db/audit/audit-checkpoint.js';

const maxBytes = 4_096;
const numberDigits = 9;

/** The second place of the checkpoints: one object each, never written over. */
export function createCheckpointCopies(store: ObjectStore) {
  const keyOf = (number: number): string =>
    checkpointFolder + String(number).padStart(numberDigits, '0');

  async function read(number: number): Promise<Checkpoint | undefined> {
    const bytes = await store.get(keyOf(number));
    return bytes && (JSON.parse((await buffer(bytes)).toString()) as Checkpoint);
  }
  async function newest(): Promise<number> {
    let last = 0;
    for await (const { key } of store.list(checkpointFolder))
      last = Number(key.slice(checkpointFolder.length));
    return last;
  }
  return {
    read,
    /** The largest copied number; 0 for none. */
    newest,
    /** Refuses a smaller number than the newest, and another content for an existing number. */
    async keep(checkpoint: Checkpoint): Promise<void> {
      const { number } = checkpoint;
      const there = await read(number);
      if (there) {
        if (JSON.stringify(there) !== JSON.stringify(checkpoint))
          throw new Error(`checkpoint ${number} was copied with another content`);
        return;
      }
      if ((await newest()) > number)
        throw new Error(`checkpoint ${number} is older than the newest copy`);
      await store.put(keyOf(number), bytesOf(JSON.stringify(checkpoint)), { maxBytes });
    },
  };
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
