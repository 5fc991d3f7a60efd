import type { Knex } from 'knex';
import type { Transaction } from './database.js';
import { preparedName } from './prepared-name.js';
import type { Statement } from './reader.js';

/**
 * Runs a statement of a hot path, prepared by name on its connection: planning one over monthly partitions costs more than
 * running it. Its text has knex's `?` or `:name` for the values; aliases give columns their names in code.
 */
export async function runHot<Row>(
  trx: Transaction,
  { name, text }: Statement,
  values: readonly unknown[] | Readonly<Record<string, unknown>>,
): Promise<Row[]> {
  const asked = trx.raw<{ rows: Row[] }>(text, values as Knex.RawBinding[]).options({ name: preparedName(name) });
  return (await asked).rows;
}
