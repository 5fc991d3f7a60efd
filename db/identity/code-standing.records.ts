import type { TokenPurpose } from '../../workflows/identity/otp.contract.js';
import {
  maxOtpAttempts,
  maxOtpMisses,
  otpLifetimeSeconds,
  resendWaitSeconds,
  resendWindowSeconds,
} from '../../workflows/identity/otp.rules.js';
import { failure } from '../../workflows/shared/failure.js';
import { databaseNow } from '../shared/database-clock.js';
import type { Transaction } from '../shared/database.js';

/**
 * How often codes for an identifier are asked for and tried. It is counted alike whether there is a code, a user or nobody, so
 * what it refuses tells nothing of that.
 */
interface Asked {
  count: number;
  sinceLastSeconds: number;
}

/**
 * Counts a request for another code and answers whether it may be sent: the first one at once, then after a growing wait, as
 * if one had been sent before. The caller holds the identifier's lock. One that comes too early is not counted.
 */
export async function takeRequest(trx: Transaction, identifierHash: Buffer, purpose: TokenPurpose): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: Asked[] }>(
    `select s.asked_count as count, extract(epoch from now() - s.asked_at)::float8 as "sinceLastSeconds"
     from identity.code_standings s
     where s.identifier_hash = ? and s.purpose = ? and s.asked_at > now() - make_interval(secs => ?)`,
    [identifierHash, purpose, resendWindowSeconds],
  );
  const { count, sinceLastSeconds } = rows[0] ?? { count: 0, sinceLastSeconds: 0 };
  if (count > 0 && resendWaitSeconds(count + 1, sinceLastSeconds) > 0) return false;
  await trx.raw(
    `insert into identity.code_standings as s (identifier_hash, purpose, asked_count) values (:identifierHash, :purpose, 1)
     on conflict (identifier_hash, purpose) do update set asked_count = :asked, asked_at = now(), try_count = 0`,
    { identifierHash, purpose, asked: count + 1 },
  );
  return true;
}

/** A new code is tried from its beginning. */
export async function resetTries(trx: Transaction, identifierHash: Buffer, purpose: TokenPurpose): Promise<void> {
  await trx.raw(
    `update identity.code_standings set try_count = 0 where identifier_hash = ? and purpose = ? and try_count > 0`,
    [identifierHash, purpose],
  );
}

export interface Tries {
  /** Of the identifier that somebody named. */
  named: Buffer;
  /** Of those that the same code might prove. */
  others: readonly Buffer[];
  purpose: TokenPurpose;
}

/**
 * Counts a try before anything is compared: five at the code of the identifier that was named, fifteen wrong ones an hour at
 * each that the code might prove. It is to be committed whatever the comparison says. Throws where the named one may be tried
 * no more; answers for which it was counted, and no code of another may be compared. It is two statements however many
 * identifiers there are, so that time does not tell of them.
 */
export async function countTries(trx: Transaction, { named, others, purpose }: Tries): Promise<Buffer[]> {
  const tried = await trx.raw<{ rows: unknown[] }>(
    `insert into identity.code_standings as s (identifier_hash, purpose, try_count) values (:named, :purpose, 1)
     on conflict (identifier_hash, purpose) do update set tried_at = now(), try_count =
       case when s.tried_at < now() - make_interval(secs => :otpLifetimeSeconds) then 1 else s.try_count + 1 end
     where s.try_count < :maxOtpAttempts or s.tried_at < now() - make_interval(secs => :otpLifetimeSeconds)
     returning 1`,
    { named, purpose, otpLifetimeSeconds, maxOtpAttempts },
  );
  // The first code to be asked for after these tries is one at once.
  if (tried.rows.length === 0) throw failure('OTP_ATTEMPTS_EXCEEDED', { retry_after_seconds: 1 });
  const asked = [...new Set([named, ...others].map((hash) => hash.toString('hex')))];
  const missed = await trx.raw<{ rows: { hash: Buffer }[] }>(
    `insert into identity.code_misses as m (identifier_hash, purpose, hour, wrong)
     select decode(h.hash, 'hex'), :purpose, date_trunc('hour', now()), 1 from unnest(:asked::text[]) as h(hash) order by 1
     on conflict (identifier_hash, purpose, hour) do update set wrong = m.wrong + 1 where m.wrong < :maxOtpMisses
     returning m.identifier_hash as hash`,
    { asked: asked as unknown as string, purpose, maxOtpMisses },
  );
  const counted = missed.rows.map(({ hash }) => hash);
  if (!counted.some((hash) => hash.equals(named)))
    throw failure('OTP_ATTEMPTS_EXCEEDED', { retry_after_seconds: secondsOfHourLeft() });
  return counted;
}

/** The try that was counted was the right one. */
export async function forgiveTry(trx: Transaction, identifierHash: Buffer, purpose: TokenPurpose): Promise<void> {
  await trx.raw(
    `update identity.code_misses set wrong = wrong - 1
     where identifier_hash = ? and purpose = ? and hour = date_trunc('hour', now()) and wrong > 0`,
    [identifierHash, purpose],
  );
}

const secondsOfHourLeft = (): number => 3_600 - (Math.floor(databaseNow() / 1_000) % 3_600);
