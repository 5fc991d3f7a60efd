import { statement, type Database } from '../shared/database.js';

interface Asked {
  name: string;
  text: string;
  values: unknown[];
}

/**
 * PostgreSQL as rate-limiter-flexible asks it: each count is one statement, `insert … on conflict do update … returning`,
 * which is exact under any number of clients. It is committed by itself, so a request that is rolled back has been counted.
 */
export function createRateRecords({ write }: Pick<Database, 'write'>) {
  return {
    query: async ({ name, text, values }: Asked) => ({
      rows: await write.inPlatform<unknown>(statement(name, text), values),
    }),
  };
}
export type RateRecords = ReturnType<typeof createRateRecords>;
