import type pg from 'pg';

const batchSize = 2_000;

/** A command without an end may yet take effect, so it is kept for as long as its workflow might try. */
const keptDays = 7;

const purge = {
  name: 'requests.purge',
  text: `
    with keys as (
      delete from platform.idempotency_keys where ctid = any (array(
        select k.ctid from platform.idempotency_keys k where k.expires_at < now() limit $1)) returning 1
    ), commands as (
      delete from platform.commands where ctid = any (array(
        select c.ctid from platform.commands c where c.expires_at < now()
          and (c.completed_at is not null or c.expires_at < now() - make_interval(days => $2)) limit $1)) returning 1
    ), windows as (
      delete from platform.rate_windows where ctid = any (array(
        select w.ctid from platform.rate_windows w where w.expire < extract(epoch from now()) * 1000 limit $1)) returning 1
    )
    select (select count(*) from keys) + (select count(*) from commands) + (select count(*) from windows) as purged`,
};

/**
 * Forgets keys, commands and counts of requests that have expired; answers how many, at most one batch of each. Over a pool of
 * the role millrace_relay, which sees every account's. Safe to repeat.
 */
export async function purgeRequests(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ purged: number }>({ ...purge, values: [batchSize, keptDays] });
  return rows[0]?.purged ?? 0;
}
