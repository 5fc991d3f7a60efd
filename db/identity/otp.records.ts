import { randomBytes } from 'node:crypto';
import { otpLifetimeSeconds, resendWaitSeconds, resendWindowSeconds } from '../../workflows/identity/otp.rules.js';
import type { Channel, TokenPurpose } from '../../workflows/identity/otp.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import type { Transaction } from '../shared/database.js';
import { newId } from '../shared/id.js';
import type { OtpCodes } from '../shared/otp-codes.js';
import { emitEvents } from '../shared/outbox.js';
import { otpClosed, otpDeliveryRequested } from './otp.events.js';
import { Token, TokenChannel } from './otp.model.js';

export interface OtpRequest {
  userId: string;
  purpose: TokenPurpose;
  /** In the order in which they are to be tried. */
  channels: readonly Channel[];
}

/**
 * Asks for the delivery of a new code, in the caller's transaction, which holds the user's row. Codes asked for before
 * are worth nothing from then on. Throws OTP_RESEND_COOLDOWN when the last one is too recent.
 */
export async function issueOtp(trx: Transaction, codes: OtpCodes, request: OtpRequest): Promise<void> {
  const { userId, purpose, channels } = request;
  await assertCooledDown(trx, request);
  await revokeOpenOtps(trx, userId);

  const tokenId = newId();
  const nonce = randomBytes(16);
  await Token.query(trx).insert({
    tokenId,
    userId,
    purpose,
    nonce,
    expiresAt: secondsFromNow(trx, otpLifetimeSeconds),
  });
  await TokenChannel.query(trx).insert(
    channels.map((channel, position) => {
      const codeHash = codes.hash(tokenId, channel, codes.derive(tokenId, channel, nonce));
      return { tokenId, channel, position, codeHash };
    }),
  );
  const payload = { token_id: tokenId, user_id: userId, channels: [...channels] };
  await emitEvents(trx, [otpDeliveryRequested.of({ accountId: null, subjectId: tokenId, payload })]);
}

/** Their deliveries stop, too. */
export async function revokeOpenOtps(trx: Transaction, userId: string): Promise<void> {
  const revoked = await Token.query(trx)
    .patch({ revokedAt: trx.fn.now() })
    .where({ userId, usedAt: null, revokedAt: null })
    .returning('tokenId');
  await emitEvents(
    trx,
    revoked.map(({ tokenId }) => closed(tokenId, 'REVOKED')),
  );
}

export const closed = (tokenId: string, reason: 'USED' | 'REVOKED') =>
  otpClosed.of({ accountId: null, subjectId: tokenId, payload: { token_id: tokenId, reason } });

async function assertCooledDown(trx: Transaction, { userId, purpose }: OtpRequest): Promise<void> {
  const { rows } = await trx.raw<{ rows: { sent: number; seconds: number | null }[] }>(
    `select count(*)::int as sent, extract(epoch from now() - max(t.created_at))::float8 as seconds
     from identity.tokens t
     where t.user_id = ? and t.purpose = ? and t.created_at > now() - make_interval(secs => ?)`,
    [userId, purpose, resendWindowSeconds],
  );
  const waitSeconds = resendWaitSeconds(rows[0]?.sent ?? 0, rows[0]?.seconds ?? 0);
  if (waitSeconds > 0) throw failure('OTP_RESEND_COOLDOWN', { retry_after_seconds: waitSeconds });
}

const secondsFromNow = (trx: Transaction, seconds: number): string =>
  trx.raw('now() + make_interval(secs => ?)', [seconds]) as unknown as string;
