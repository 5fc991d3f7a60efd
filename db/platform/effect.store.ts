import type pg from 'pg';

/** Longer than any step is repeated after its first commit. */
const keptDays = 30;
const batchSize = 5_000;

/** Over a pool of the role millrace_relay, which alone may forget effects. */
export function createEffectStore(pool: pg.Pool) {
  return {
    /** Forgets the keys of steps that nothing repeats any more; answers how many, at most one batch. Safe to repeat. */
    async purge(): Promise<number> {
      const { rowCount } = await pool.query({
        name: 'effects.purge',
        text: `delete from platform.effects where ctid = any (array(
          select e.ctid from platform.effects e where e.created_at < now() - make_interval(days => $1) limit $2))`,
        values: [keptDays, batchSize],
      });
      return rowCount ?? 0;
    },
  };
}
