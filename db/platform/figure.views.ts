import { arrayOf, float, text } from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import type { Figure } from '../shared/domain.js';

/**
 * Each figure with the counted table and partitions. No account's rows are read: PostgreSQL counts
 * the writes of every role.
 */
const counts = query({
  name: 'figures.all',
  parameters: { names: arrayOf(text), tables: arrayOf(text) },
  row: { name: text, count: float },
  text: `select f.name, coalesce(sum(s.n_live_tup), 0)::float8 as count
   from unnest(:names, :tables) with ordinality as f (name, relation, place)
   left join pg_catalog.pg_stat_user_tables s on s.relid = to_regclass(f.relation)
     or s.relid in (select i.inhrelid from pg_catalog.pg_inherits i where i.inhparent = to_regclass(f.relation))
   group by f.place, f.name order by f.place`,
});

export const figureViews = (scope: ReadScope, figures: readonly Figure[]) => ({
  /** Counts by the name of the figure. */
  async all(): Promise<Record<string, number>> {
    const rows = await scope.read(counts, {
      names: figures.map(({ name }) => name),
      tables: figures.map(({ table }) => table),
    });
    return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
  },
});
