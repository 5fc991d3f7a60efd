import { bigInteger, integer, text } from '../connection/column.js';
import type { ReadScope, WriteScope } from '../connection/database.js';
import { query } from '../connection/query.js';

const sign = query({ name: 'ready.alive', row: { alive: integer }, text: 'select 1 as alive' });

/** Fails while PostgreSQL does not answer. */
export const livenessViews = (scope: ReadScope) => ({
  async assertAlive(): Promise<void> {
    await scope.read(sign, {});
  },
});

/** More rows than PostgreSQL sorts in memory, so the sort goes to a file. */
const spilledRows = 20_000;
const littleMemory = query({
  name: 'ready.little_memory',
  row: { workMem: text },
  text: "select set_config('work_mem', '64kB', true) as work_mem",
});
const spill = query({
  name: 'ready.spill',
  parameters: { rows: integer },
  row: { count: bigInteger },
  text: 'select count(*) as count from generate_series(1, :rows)',
});

/**
 * Checks that PostgreSQL has room to write by putting half a megabyte into a temporary file; the
 * write fails as a row's would. A `select 1` succeeds even on a full disk.
 */
export const roomViews = (scope: WriteScope) => ({
  async assertRoom(): Promise<void> {
    await scope.read(littleMemory, {});
    await scope.read(spill, { rows: spilledRows });
  },
});
