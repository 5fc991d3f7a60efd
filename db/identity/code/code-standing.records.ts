import type { TokenPurpose } from '../../../workflows/identity/otp.contract.js';
import {
  maxOtpAttempts,
  maxOtpMisses,
  otpLifetimeSeconds,
  resendWaitSeconds,
  resendWindowSeconds,
} from '../../../workflows/identity/otp.rules.js';
import { failure } from '../../../workflows/shared/failure.js';
import { arrayOf, bytes, float, integer, textOf } from '../../connection/column.js';
import { databaseNow } from '../../connection/database-clock.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

/**
 * How often codes for an identifier are requested and tried. Counts are the same with or without a
 * code or user, so a refusal reveals nothing.
 */
export interface CodeStanding {
  identifierHash: Buffer;
  purpose: TokenPurpose;
}
const standing = { identifierHash: bytes, purpose: textOf<TokenPurpose>() };

const recentRequests = query({
  name: 'codeStanding.requests',
  parameters: { ...standing, resendWindowSeconds: integer },
  row: { count: integer, sinceLastSeconds: float },
  text: `select s.asked_count as count, extract(epoch from now() - s.asked_at)::float8 as since_last_seconds
   from identity.code_standings s
   where s.identifier_hash = :identifierHash and s.purpose = :purpose
     and s.asked_at > now() - make_interval(secs => :resendWindowSeconds)`,
});

const requestCount = query({
  name: 'codeStanding.countRequest',
  parameters: { ...standing, count: integer },
  text: `insert into identity.code_standings as s (identifier_hash, purpose, asked_count) values (:identifierHash, :purpose, 1)
   on conflict (identifier_hash, purpose) do update set asked_count = :count, asked_at = now(), try_count = 0`,
});

/**
 * Counts a request for another code and returns whether to send: the first at once, later requests
 * after a growing wait, as if a code had been sent before. The caller holds the identifier's lock.
 * A request that comes too early is not counted.
 */
export async function takeRequest(
  scope: WriteScope,
  { identifierHash, purpose }: CodeStanding,
): Promise<boolean> {
  const key = { identifierHash, purpose };
  const [recent] = await scope.run(recentRequests, { ...key, resendWindowSeconds });
  const { count, sinceLastSeconds } = recent ?? { count: 0, sinceLastSeconds: 0 };
  if (count > 0 && resendWaitSeconds(count + 1, sinceLastSeconds) > 0) return false;
  await scope.run(requestCount, { ...key, count: count + 1 });
  return true;
}

const triesReset = query({
  name: 'codeStanding.resetTries',
  parameters: standing,
  text: `update identity.code_standings s set try_count = 0
   where s.identifier_hash = :identifierHash and s.purpose = :purpose and s.try_count > 0`,
});

/** Resets the tries for a new code. */
export async function resetTries(
  scope: WriteScope,
  { identifierHash, purpose }: CodeStanding,
): Promise<void> {
  await scope.run(triesReset, { identifierHash, purpose });
}

interface Tries {
  /** Hash of the identifier named by the caller. */
  named: Buffer;
  /** Hashes of the other identifiers that the code might prove. */
  others: readonly Buffer[];
  purpose: TokenPurpose;
}

const tryCount = query({
  name: 'codeStanding.countTry',
  parameters: { ...standing, otpLifetimeSeconds: integer, maxOtpAttempts: integer },
  row: { tryCount: integer },
  text: `insert into identity.code_standings as s (identifier_hash, purpose, try_count) values (:identifierHash, :purpose, 1)
   on conflict (identifier_hash, purpose) do update set tried_at = now(), try_count =
     case when s.tried_at < now() - make_interval(secs => :otpLifetimeSeconds) then 1 else s.try_count + 1 end
   where s.try_count < :maxOtpAttempts or s.tried_at < now() - make_interval(secs => :otpLifetimeSeconds)
   returning s.try_count`,
});

const missCount = query({
  name: 'codeStanding.countMisses',
  parameters: {
    identifierHashes: arrayOf(bytes),
    purpose: standing.purpose,
    maxOtpMisses: integer,
  },
  row: { identifierHash: bytes },
  text: `insert into identity.code_misses as m (identifier_hash, purpose, hour, wrong)
   select h.hash, :purpose, date_trunc('hour', now()), 1 from unnest(:identifierHashes) as h(hash) order by 1
   on conflict (identifier_hash, purpose, hour) do update set wrong = m.wrong + 1 where m.wrong < :maxOtpMisses
   returning m.identifier_hash`,
});

/**
 * Counts a try before any comparison: five at the code of the named identifier, fifteen wrong tries
 * an hour at each identifier that the code might prove. The count is to be committed whatever the
 * comparison's result. Throws when the named identifier has no tries left; returns the identifiers
 * counted, and no code of another identifier may be compared. Two statements however many
 * identifiers there are, so that timing reveals no number.
 */
export async function countTries(
  scope: WriteScope,
  { named, others, purpose }: Tries,
): Promise<Buffer[]> {
  const tries = await scope.run(tryCount, {
    identifierHash: named,
    purpose,
    otpLifetimeSeconds,
    maxOtpAttempts,
  });
  // The first code requested after these tries is sent at once.
  if (tries.length === 0) throw failure('OTP_ATTEMPTS_EXCEEDED', { retry_after_seconds: 1 });
  const byHex = new Map([named, ...others].map((hash) => [hash.toString('hex'), hash]));
  const misses = await scope.run(missCount, {
    identifierHashes: [...byHex.values()],
    purpose,
    maxOtpMisses,
  });
  const counted = misses.map(({ identifierHash }) => identifierHash);
  if (!counted.some((hash) => hash.equals(named)))
    throw failure('OTP_ATTEMPTS_EXCEEDED', { retry_after_seconds: secondsOfHourLeft() });
  return counted;
}

const forgiveness = query({
  name: 'codeStanding.forgive',
  parameters: standing,
  text: `update identity.code_misses m set wrong = m.wrong - 1
   where m.identifier_hash = :identifierHash and m.purpose = :purpose
     and m.hour = date_trunc('hour', now()) and m.wrong > 0`,
});

/** Takes back the count of a try that was right. */
export async function forgiveTry(
  scope: WriteScope,
  { identifierHash, purpose }: CodeStanding,
): Promise<void> {
  await scope.run(forgiveness, { identifierHash, purpose });
}

const secondsOfHourLeft = (): number => 3_600 - (Math.floor(databaseNow() / 1_000) % 3_600);
