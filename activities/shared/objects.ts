import { Readable } from 'node:stream';
import type { KeptObject, ObjectRecords } from '../../db/platform/object.records.js';
import { crashPoint } from '../../db/shared/crash-point.js';
import { keyOfObject, measured, type Bytes, type ObjectStore } from './object-store.js';

export interface ObjectToKeep {
  /** Made by whoever keeps it, so that keeping it again finds it kept. */
  objectId: string;
  /** What it is to us, such as `audit-export`. */
  kind: string;
  mediaType: string;
  maxBytes: number;
  sha256?: string;
}

/**
 * An account's objects: the bytes in the store, what is known of them in the database. The bytes come first and go last, so a
 * crash in between leaves bytes without a row, which nobody sees and the sweep clears away.
 */
export function createObjects({ store, records }: { store: ObjectStore; records: ObjectRecords }) {
  return {
    /** Repeating it answers what was kept the first time. */
    async keep(accountId: string, object: ObjectToKeep, body: Bytes): Promise<KeptObject> {
      const kept = await records.find(accountId, object.objectId);
      if (kept) return kept;
      const { objectId, kind, mediaType, maxBytes, sha256 } = object;
      const key = keyOfObject(accountId, objectId);
      const content = await store.put(key, body, { maxBytes, sha256 });
      crashPoint('object.before-row');
      return records.insert(accountId, { objectId, kind, mediaType, key, ...content });
    },

    /** The stream fails at its end, rather than end, when the bytes are not those that were kept. */
    async open(accountId: string, objectId: string): Promise<{ object: KeptObject; body: Readable } | undefined> {
      const object = await records.find(accountId, objectId);
      if (!object) return undefined;
      // Where an account's own objects are, whatever a row says.
      const stored = await store.get(keyOfObject(accountId, objectId));
      if (!stored) throw new Error(`the object ${objectId} is not where it was kept`);
      const { body } = measured(stored, { maxBytes: object.sizeBytes, sha256: object.sha256 });
      const read = Readable.from(body, { objectMode: false });
      // Whoever goes before the first byte has begun nothing that would let go of the file or of the connection by itself.
      read.once('close', () => stored instanceof Readable && stored.destroy());
      return { object, body: read };
    },

    /** Repeating it changes nothing. */
    async remove(accountId: string, objectId: string): Promise<void> {
      await records.remove(accountId, objectId);
      await store.delete(keyOfObject(accountId, objectId));
    },
  };
}
export type Objects = ReturnType<typeof createObjects>;
