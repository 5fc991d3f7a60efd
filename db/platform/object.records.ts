import { statement, type Database } from '../shared/database.js';

/** A row is there once the bytes are. */
export interface KeptObject {
  objectId: string;
  kind: string;
  mediaType: string;
  sizeBytes: number;
  /** Hex. */
  sha256: string;
  key: string;
}

const find = statement(
  'object.find',
  `select o.object_id as "objectId", o.kind, o.media_type as "mediaType", o.size_bytes as "sizeBytes", o.sha256,
     o.object_key as key
   from platform.objects o where o.account_id = $1 and o.object_id = $2`,
);

/** What is known of an account's objects. */
export function createObjectRecords({ database }: { database: Database }) {
  async function findObject(accountId: string, objectId: string): Promise<KeptObject | undefined> {
    const [object] = await database.read.inAccount<KeptObject>(accountId, find, [accountId, objectId]);
    return object && { ...object, sizeBytes: Number(object.sizeBytes) };
  }
  return {
    find: findObject,

    /** The first of two that keep the same object stays. */
    async insert(accountId: string, object: KeptObject): Promise<KeptObject> {
      const { objectId, kind, mediaType, sizeBytes, sha256, key } = object;
      await database.inAccount(accountId, (trx) =>
        trx.raw(
          `insert into platform.objects (account_id, object_id, kind, media_type, size_bytes, sha256, object_key)
           values (?, ?, ?, ?, ?, ?, ?) on conflict (account_id, object_id) do nothing`,
          [accountId, objectId, kind, mediaType, sizeBytes, sha256, key],
        ),
      );
      return (await findObject(accountId, objectId)) ?? object;
    },

    remove: (accountId: string, objectId: string): Promise<void> =>
      database.inAccount(accountId, async (trx) => {
        await trx.raw('delete from platform.objects where account_id = ? and object_id = ?', [accountId, objectId]);
      }),
  };
}
export type ObjectRecords = ReturnType<typeof createObjectRecords>;
