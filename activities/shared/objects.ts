import { Readable } from 'node:stream';
import type { Database } from '../../db/connection/database.js';
import { objectRecords, type KeptObject } from '../../db/platform/object.records.js';
import { crashPoint } from '../../db/connection/crash-point.js';
import { keyOfObject, measured, type Bytes, type ObjectStore } from './object-store.js';

interface ObjectToKeep {
  /** Made by the caller: keeping the object again finds the first. */
  objectId: string;
  /** The object's purpose, such as `audit-export`. */
  kind: string;
  mediaType: string;
  maxBytes: number;
  sha256?: string;
}

/**
 * An account's objects: bytes in the store, facts in the database. The bytes come first and go
 * last, so a crash in between leaves invisible bytes without a row, cleared away by the sweep.
 */
export function createObjects({
  store,
  database,
}: {
  store: ObjectStore;
  database: Pick<Database, 'statements'>;
}) {
  const recordsOf = (accountId: string) => objectRecords(database.statements({ accountId }));

  async function put(accountId: string, object: ObjectToKeep, body: Bytes): Promise<KeptObject> {
    const { objectId, kind, mediaType, maxBytes, sha256 } = object;
    const objectKey = keyOfObject(accountId, objectId);
    const content = await store.put(objectKey, body, { maxBytes, sha256 });
    return { objectId, kind, mediaType, objectKey, ...content };
  }

  return {
    /** A repeat returns the object kept first. */
    async keep(accountId: string, object: ObjectToKeep, body: Bytes): Promise<KeptObject> {
      const records = recordsOf(accountId);
      const kept = await records.find(object.objectId);
      if (kept) return kept;
      const stored = await put(accountId, object, body);
      crashPoint('object.before-row');
      return records.insert(stored);
    },

    /** Without a row, for a caller with a transaction for the row; else the sweep clears away. */
    put,

    /** The stream fails at the end if the bytes are not the bytes kept. */
    async open(
      accountId: string,
      objectId: string,
    ): Promise<{ object: KeptObject; body: Readable } | undefined> {
      const object = await recordsOf(accountId).find(objectId);
      if (!object) return undefined;
      // The key follows from the account, whatever a row says.
      const stored = await store.get(keyOfObject(accountId, objectId));
      if (!stored) throw new Error(`the object ${objectId} is not where it was kept`);
      const { body } = measured(stored, { maxBytes: object.sizeBytes, sha256: object.sha256 });
      const read = Readable.from(body, { objectMode: false });
      // A reader leaving before the first byte has begun no read to release the file or the
      // connection.
      read.once('close', () => stored instanceof Readable && stored.destroy());
      return { object, body: read };
    },

    /** A repeat changes nothing. */
    async remove(accountId: string, objectId: string): Promise<void> {
      await recordsOf(accountId).remove(objectId);
      await store.delete(keyOfObject(accountId, objectId));
    },
  };
}
export type Objects = ReturnType<typeof createObjects>;
