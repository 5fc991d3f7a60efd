import { integer, text } from '../connection/column.js';
import type { StatementScope } from '../connection/database.js';
import { query } from '../connection/query.js';

const partitionedTables = query({
  name: 'partition.tables',
  row: { tableName: text },
  text: 'select p.table_name from platform.partition_policies p order by 1',
});
const creation = query({
  name: 'partition.make',
  parameters: { table: text },
  row: { changed: integer },
  text: 'select platform.make_partitions(:table) as changed',
});
const removal = query({
  name: 'partition.dropOld',
  parameters: { table: text },
  row: { changed: integer },
  text: 'select platform.drop_old_partitions(:table) as changed',
});

/**
 * The months of large tables, made and dropped by functions of the owner limited to the purpose; in
 * the platform's scope.
 */
export const partitionStore = (scope: StatementScope) => ({
  tables: async (): Promise<string[]> =>
    (await scope.read(partitionedTables, {})).map(({ tableName }) => tableName),

  /** Makes the missing months; returns the count. Repeating changes nothing. */
  make: async (table: string): Promise<number> =>
    (await scope.run(creation, { table }))[0]?.changed ?? 0,

  /** Drops months beyond the table's retention; returns the count. Repeating changes nothing. */
  dropOld: async (table: string): Promise<number> =>
    (await scope.run(removal, { table }))[0]?.changed ?? 0,
});
