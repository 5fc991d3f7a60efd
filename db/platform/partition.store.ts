import { statement, type Database } from '../shared/database.js';

const tables = statement(
  'partition.tables',
  'select p.table_name as name from platform.partition_policies p order by 1',
);

/** The months of large tables, by functions of the owner that do this and nothing else. */
export function createPartitionStore({ database }: { database: Database }) {
  const call = (name: 'make_partitions' | 'drop_old_partitions') => (table: string) =>
    database.inPlatform(async (trx) => {
      const { rows } = await trx.raw<{ rows: { changed: number }[] }>(`select platform.${name}(?) as changed`, [table]);
      return rows[0]?.changed ?? 0;
    });
  return {
    tables: async (): Promise<string[]> =>
      (await database.read.inPlatform<{ name: string }>(tables, [])).map(({ name }) => name),
    /** Makes the months that are missing, and answers how many. Repeating it changes nothing. */
    make: call('make_partitions'),
    /** Drops the months that are older than the table keeps, and answers how many. Repeating it changes nothing. */
    dropOld: call('drop_old_partitions'),
  };
}
