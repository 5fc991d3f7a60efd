import type { Database } from '../shared/database.js';

/** More than PostgreSQL sorts in memory here, so it goes to a file. */
const spilledRows = 20_000;

/**
 * Whether PostgreSQL has room to write: it is asked to put half a megabyte into a temporary file, which fails as a row would. A
 * `select 1` is answered on a full disk, too.
 */
export const createRoomViews = (database: Pick<Database, 'inPlatform'>) => ({
  assertRoom: (): Promise<void> =>
    database.inPlatform(async (trx) => {
      await trx.raw("select set_config('work_mem', '64kB', true)");
      await trx.raw('select count(*) from generate_series(1, ?::int)', [spilledRows]);
    }),
});
