import { bigInteger, integer } from '../connection/column.js';
import type { StatementScope } from '../connection/database.js';
import { query } from '../connection/query.js';

/** Longer than any step repeats after the first commit. */
const keptDays = 30;
const batchSize = 5_000;

const effectPurge = query({
  name: 'effects.purge',
  parameters: { keptDays: integer, limit: integer },
  row: { count: bigInteger },
  text: `
  with gone as (
    delete from platform.effects where ctid = any (array(
      select e.ctid from platform.effects e
      where e.created_at < now() - make_interval(days => :keptDays) limit :limit)) returning 1
  )
  select count(*) as count from gone`,
});

/** In a scope of the role millrace_relay, the only role that may forget effects. */
export const effectStore = (scope: StatementScope) => ({
  /**
   * Deletes keys of steps that can no longer repeat, at most one batch; returns the count. Safe to
   * repeat.
   */
  async purge(): Promise<number> {
    const [purged] = await scope.run(effectPurge, { keptDays, limit: batchSize });
    return purged?.count ?? 0;
  },
});
