import type pg from 'pg';

export interface ObjectRow {
  accountId: string;
  objectId: string;
  key: string;
  isMissing: boolean;
}

const pageSize = 1_000;
const columns = `o.account_id as "accountId", o.object_id as "objectId", o.object_key as key,
  o.missing_since is not null as "isMissing"`;

/** The rows of all accounts' objects, over a pool of the role millrace_relay. */
export function createObjectStore(pool: pg.Pool) {
  return {
    /** All of them, in the order of their keys' bytes. */
    async *inOrder(): AsyncGenerator<ObjectRow> {
      for (let after = ''; ;) {
        const { rows } = await pool.query<ObjectRow>({
          name: 'objects.after',
          text: `select ${columns} from platform.objects o where o.object_key collate "C" > $1
            order by o.object_key collate "C" limit $2`,
          values: [after, pageSize],
        });
        yield* rows;
        const last = rows.at(-1);
        if (!last || rows.length < pageSize) return;
        after = last.key;
      }
    },

    async isKnown(key: string): Promise<boolean> {
      const { rowCount } = await pool.query('select 1 from platform.objects o where o.object_key collate "C" = $1', [
        key,
      ]);
      return (rowCount ?? 0) > 0;
    },

    /** Answers whether this changed anything, so that it is told once; false also where the row has gone. */
    async markMissing({ accountId, objectId }: ObjectRow, isMissing: boolean): Promise<boolean> {
      const { rowCount } = await pool.query(
        `update platform.objects set missing_since = case when $3 then now() end
         where account_id = $1 and object_id = $2 and (missing_since is not null) <> $3`,
        [accountId, objectId, isMissing],
      );
      return (rowCount ?? 0) > 0;
    },
  };
}
export type ObjectRows = ReturnType<typeof createObjectStore>;
