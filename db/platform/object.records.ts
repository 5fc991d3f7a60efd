import { bigInteger, listOf, text, uuid, type Values } from '../connection/column.js';
import type { StatementScope } from '../connection/database.js';
import { query } from '../connection/query.js';

const keptObject = {
  objectId: uuid,
  kind: text,
  mediaType: text,
  sizeBytes: bigInteger,
  /** Hex. */
  sha256: text,
  objectKey: text,
};
/** A row is there once the bytes are. */
export type KeptObject = Values<typeof keptObject>;

const objectById = query({
  name: 'object.find',
  parameters: { accountId: uuid, objectId: uuid },
  row: keptObject,
  text: `select ${listOf(keptObject, 'o')} from platform.objects o
   where o.account_id = :accountId and o.object_id = :objectId`,
});
const objectInsertion = query({
  name: 'object.insert',
  parameters: { accountId: uuid, ...keptObject },
  text: `insert into platform.objects
     (account_id, object_id, kind, media_type, size_bytes, sha256, object_key)
   values (:accountId, :objectId, :kind, :mediaType, :sizeBytes, :sha256, :objectKey)
   on conflict (account_id, object_id) do nothing`,
});
const objectRemoval = query({
  name: 'object.remove',
  parameters: { accountId: uuid, objectId: uuid },
  text: `delete from platform.objects o
   where o.account_id = :accountId and o.object_id = :objectId`,
});

/** Records of an account's objects. */
export function objectRecords(scope: StatementScope) {
  async function find(objectId: string): Promise<KeptObject | undefined> {
    const [object] = await scope.read(objectById, { accountId: scope.accountId, objectId });
    return object;
  }
  return {
    find,

    /** Of two inserts of the same object, the first stays. */
    async insert(object: KeptObject): Promise<KeptObject> {
      await scope.run(objectInsertion, { ...object, accountId: scope.accountId });
      return (await find(object.objectId)) ?? object;
    },

    async remove(objectId: string): Promise<void> {
      await scope.run(objectRemoval, { accountId: scope.accountId, objectId });
    },
  };
}
