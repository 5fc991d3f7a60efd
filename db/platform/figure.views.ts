import { statement, type Reader } from '../shared/database.js';

/**
 * What is counted, and the table that holds it, with its partitions. No account's rows are read: PostgreSQL counts what it
 * writes, whoever writes it.
 */
const figures = statement(
  'figures.all',
  `select f.name, coalesce(sum(s.n_live_tup), 0)::float8 as count
   from (values (1, 'accounts', 'identity.subscriptions'), (2, 'reservoirs', 'water.reservoirs'), (3, 'devices', 'water.devices'),
     (4, 'messages', 'water.device_telemetry_messages'), (5, 'readings', 'water.reservoir_readings'), (6, 'orders', 'water.orders'),
     (7, 'events', 'platform.events')) as f (place, name, relation)
   left join pg_catalog.pg_stat_user_tables s on s.relid = to_regclass(f.relation)
     or s.relid in (select i.inhrelid from pg_catalog.pg_inherits i where i.inhparent = to_regclass(f.relation))
   group by f.place, f.name order by f.place`,
);

export function createFigureViews(read: Reader) {
  return {
    /** How many of each there are, by the name that a person gives them. */
    async all(): Promise<Record<string, number>> {
      const rows = await read.inPlatform<{ name: string; count: number }>(figures, []);
      return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
    },
  };
}
