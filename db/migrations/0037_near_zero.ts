import type { Knex } from 'knex';

const columns = {
  'water.reservoirs': ['safety_margin_pct'],
  'water.reservoir_levels': ['level_pct', 'volume_liters'],
};
const isNearZero = (column: string) => `${column} <> 0 and abs(${column}) < 1e-9`;

/**
 * Numbers accepted unchanged before requests rounded numbers: so near to zero that arithmetic
 * underflows, and PostgreSQL raises an error. Such numbers become zero, and a capacity of zero
 * becomes null.
 */
export async function up(knex: Knex): Promise<void> {
  for (const [table, names] of Object.entries(columns)) {
    // Row-level security binds the owner as well; until the end of the transaction nobody else gets
    // in.
    await knex.raw(`alter table ${table} no force row level security`);
    for (const name of names)
      await knex.raw(`update ${table} set ${name} = 0 where ${isNearZero(name)}`);
    if (table === 'water.reservoirs')
      await knex.raw(
        `update ${table} set capacity_liters = null, capacity_source = null where ${isNearZero('capacity_liters')}`,
      );
    await knex.raw(`alter table ${table} force row level security`);
  }
}

/** Nothing to restore: the removed parts were zero. */
export async function down(): Promise<void> {}
