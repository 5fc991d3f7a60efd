import { boolean, integer, text, uuid, type Values } from '../connection/column.js';
import type { StatementScope } from '../connection/database.js';
import { query } from '../connection/query.js';

const objectRow = { accountId: uuid, objectId: uuid, objectKey: text, isMissing: boolean };
export type ObjectRow = Values<typeof objectRow>;

const pageSize = 1_000;

const objectsBehind = query({
  name: 'objects.after',
  parameters: { after: text, limit: integer },
  row: objectRow,
  text: `select o.account_id, o.object_id, o.object_key, o.missing_since is not null as is_missing
   from platform.objects o where o.object_key collate "C" > :after
   order by o.object_key collate "C" limit :limit`,
});
const objectByKey = query({
  name: 'objects.byKey',
  parameters: { objectKey: text },
  text: 'select from platform.objects o where o.object_key collate "C" = :objectKey',
});
const objectAbsence = query({
  name: 'objects.markMissing',
  parameters: { accountId: uuid, objectId: uuid, isMissing: boolean },
  row: { objectId: uuid },
  text: `update platform.objects o set missing_since = case when :isMissing then now() end
   where o.account_id = :accountId and o.object_id = :objectId
     and (o.missing_since is not null) <> :isMissing
   returning o.object_id`,
});

/** The rows of all accounts' objects, in a scope of the role millrace_relay. */
export const objectStore = (scope: StatementScope) => ({
  /** All objects, in byte order of the keys. */
  async *inOrder(): AsyncGenerator<ObjectRow> {
    for (let after = ''; ;) {
      const rows = await scope.read(objectsBehind, { after, limit: pageSize });
      yield* rows;
      const last = rows.at(-1);
      if (!last || rows.length < pageSize) return;
      after = last.objectKey;
    }
  },

  isKnown: async (objectKey: string): Promise<boolean> =>
    (await scope.read(objectByKey, { objectKey })).length > 0,

  /**
   * Returns whether the row changed, so that a loss is reported once; false also for a deleted row.
   */
  markMissing: async ({ accountId, objectId }: ObjectRow, isMissing: boolean): Promise<boolean> =>
    (await scope.run(objectAbsence, { accountId, objectId, isMissing })).length > 0,
});
export type ObjectRows = ReturnType<typeof objectStore>;
