import { bigInteger, integer } from '../connection/column.js';
import type { StatementScope } from '../connection/database.js';
import { query } from '../connection/query.js';

const batchSize = 2_000;

/**
 * A command without an end may yet take effect, so the command is kept as long as the workflow
 * might try.
 */
const keptDays = 7;

const requestPurge = query({
  name: 'requests.purge',
  parameters: { keptDays: integer, limit: integer },
  row: { purged: bigInteger },
  text: `
  with keys as (
    delete from platform.idempotency_keys where ctid = any (array(
      select k.ctid from platform.idempotency_keys k
      where k.expires_at < now() limit :limit)) returning 1
  ), commands as (
    delete from platform.commands where ctid = any (array(
      select c.ctid from platform.commands c where c.expires_at < now()
        and (c.completed_at is not null or c.expires_at < now() - make_interval(days => :keptDays))
      limit :limit)) returning 1
  ), windows as (
    delete from platform.rate_windows where ctid = any (array(
      select w.ctid from platform.rate_windows w
      where w.expire < extract(epoch from now()) * 1000 limit :limit)) returning 1
  )
  select (select count(*) from keys) + (select count(*) from commands)
    + (select count(*) from windows) as purged`,
});

/**
 * Deletes expired keys, commands and counts of requests, at most one batch of each; returns the
 * count. In a scope of the role millrace_relay, with sight of every account's. Safe to repeat.
 */
export async function purgeRequests(scope: StatementScope): Promise<number> {
  const [answer] = await scope.run(requestPurge, { keptDays, limit: batchSize });
  return answer?.purged ?? 0;
}
