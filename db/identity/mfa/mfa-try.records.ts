import {
  maxMfaMisses,
  mfaMissWindowSeconds,
  retryAfterSeconds,
} from '../../../workflows/identity/mfa/mfa.rules.js';
import { failure } from '../../../workflows/shared/failure.js';
import { float, integer, orNull, uuid } from '../../connection/column.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

const window = { mfaMissWindowSeconds: integer };

/** The row's lock makes tries at once count one after the other. */
const tryCount = query({
  name: 'mfaTry.count',
  parameters: { userId: uuid, ...window, maxMfaMisses: integer },
  row: { tryCount: integer },
  text: `insert into identity.mfa_tries as t (user_id, tried_at) values (:userId, array[clock_timestamp()])
   on conflict (user_id) do update set tried_at = array(
       select each from unnest(t.tried_at) as each where each > now() - make_interval(secs => :mfaMissWindowSeconds)
     ) || clock_timestamp()
   where (select count(*) from unnest(t.tried_at) as each
     where each > now() - make_interval(secs => :mfaMissWindowSeconds)) < :maxMfaMisses
   returning cardinality(t.tried_at) as try_count`,
});

const oldestTry = query({
  name: 'mfaTry.oldest',
  parameters: { userId: uuid, ...window },
  row: { secondsAgo: orNull(float) },
  text: `select extract(epoch from now() - min(each))::float8 as seconds_ago
   from identity.mfa_tries t, unnest(t.tried_at) as each
   where t.user_id = :userId and each > now() - make_interval(secs => :mfaMissWindowSeconds)`,
});

/**
 * Counts a try of a person at the second factor, before anything is compared; the count is to be
 * committed whatever the comparison's result. Throws RATE_LIMITED when the person's tries are used
 * up, for a right code too.
 */
export async function countMfaTry(scope: WriteScope, userId: string): Promise<void> {
  const [counted] = await scope.run(tryCount, { userId, mfaMissWindowSeconds, maxMfaMisses });
  if (counted) return;
  const [oldest] = await scope.run(oldestTry, { userId, mfaMissWindowSeconds });
  throw failure('RATE_LIMITED', {
    limit: 'mfa',
    retry_after_seconds: retryAfterSeconds(oldest?.secondsAgo ?? 0),
  });
}

const forgiveness = query({
  name: 'mfaTry.forgive',
  parameters: { userId: uuid },
  text: `update identity.mfa_tries t set tried_at = trim_array(t.tried_at, 1)
   where t.user_id = :userId and cardinality(t.tried_at) > 0`,
});

/** Takes back the count of a try that was right. */
export async function forgiveMfaTry(scope: WriteScope, userId: string): Promise<void> {
  await scope.run(forgiveness, { userId });
}
