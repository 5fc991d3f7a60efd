import { randomBytes } from 'node:crypto';
import { otpLifetimeSeconds, resendWaitSeconds, resendWindowSeconds } from '../../workflows/identity/otp.rules.js';
import type { TokenPurpose } from '../../workflows/identity/otp.contract.js';
import type { Recipient } from '../../workflows/identity/user.contract.js';
import type { Transaction } from '../shared/database.js';
import { newId } from '../shared/id.js';
import type { OtpCodes } from '../shared/otp-codes.js';
import { emitEvents } from '../shared/outbox.js';
import { resetTries } from './code-standing.records.js';
import { otpClosed, otpDeliveryRequested } from './otp.events.js';
import { Token, TokenChannel } from './otp.model.js';

export interface OtpRequest {
  userId: string;
  purpose: TokenPurpose;
  /** In the order in which they are to be tried. */
  recipients: readonly [Recipient, ...Recipient[]];
  /** For a signed-in user, who alone may use it. */
  isOwn?: boolean;
}

/** How many codes an identifier is sent, whoever asks for them. */
export interface SendLimit {
  max: number;
  windowSeconds: number;
}

export const identifierHashOf = (codes: OtpCodes, { userId, recipients, isOwn = false }: OtpRequest): Buffer =>
  codes.hashIdentifier(recipients[0].identifier, isOwn ? userId : undefined);

/**
 * Asks for the delivery of a new code, in the caller's transaction, which holds the identifier's lock. What was sent to it
 * before is worth nothing from then on; what its user was sent elsewhere goes on, since that may have been asked for by another.
 */
export async function issueOtp(
  trx: Transaction,
  codes: OtpCodes,
  request: OtpRequest,
  limit?: SendLimit,
): Promise<void> {
  const { userId, purpose } = request;
  const identifierHash = identifierHashOf(codes, request);
  const recipients = await withinLimit(trx, request.recipients, limit);
  await revokeOpenOtps(trx, identifierHash, purpose);

  const tokenId = newId();
  const nonce = randomBytes(16);
  const expiresAt = secondsFromNow(trx, otpLifetimeSeconds);
  await Token.query(trx).insert({ tokenId, userId, purpose, nonce, identifierHash, expiresAt });
  await TokenChannel.query(trx).insert(
    recipients.map(({ channel, identifier }, position) => {
      const codeHash = codes.hash(tokenId, channel, codes.derive(tokenId, channel, nonce));
      return { tokenId, channel, position, identifier, codeHash };
    }),
  );
  await resetTries(trx, identifierHash, purpose);
  const payload = { token_id: tokenId, user_id: userId, channels: recipients.map(({ channel }) => channel) };
  await emitEvents(trx, [otpDeliveryRequested.of({ accountId: null, subjectId: tokenId, payload })]);
}

/** Their deliveries stop, too. */
async function revokeOpenOtps(trx: Transaction, identifierHash: Buffer, purpose: TokenPurpose): Promise<void> {
  const revoked = await Token.query(trx)
    .patch({ revokedAt: trx.fn.now() })
    .where({ identifierHash, purpose, usedAt: null, revokedAt: null })
    .returning('tokenId');
  await emitEvents(
    trx,
    revoked.map(({ tokenId }) => closed(tokenId, 'REVOKED')),
  );
}

export const closed = (tokenId: string, reason: 'USED' | 'REVOKED') =>
  otpClosed.of({ accountId: null, subjectId: tokenId, payload: { token_id: tokenId, reason } });

interface Sent {
  count: number;
  sinceLastSeconds: number;
  untilRoomSeconds: number;
}

/** Seconds until the identifier may be sent another code; 0 for at once. */
export async function resendWait(
  trx: Transaction,
  { identifierHash, purpose, limit }: { identifierHash: Buffer; purpose: TokenPurpose; limit: SendLimit },
): Promise<number> {
  const { rows } = await trx.raw<{ rows: Sent[] }>(
    `select count(*)::int as count, coalesce(extract(epoch from now() - max(t.created_at)), 0)::float8 as "sinceLastSeconds",
       coalesce((select extract(epoch from l.created_at - now()) + :windowSeconds from identity.tokens l
         where l.identifier_hash = :identifierHash and l.purpose = :purpose
           and l.created_at > now() - make_interval(secs => :windowSeconds)
         order by l.created_at desc offset :max - 1 limit 1), 0)::float8 as "untilRoomSeconds"
     from identity.tokens t
     where t.identifier_hash = :identifierHash and t.purpose = :purpose
       and t.created_at > now() - make_interval(secs => :resendWindowSeconds)`,
    { identifierHash, purpose, resendWindowSeconds, ...limit },
  );
  const { count, sinceLastSeconds, untilRoomSeconds } = rows[0] ?? {
    count: 0,
    sinceLastSeconds: 0,
    untilRoomSeconds: 0,
  };
  return Math.max(resendWaitSeconds(count, sinceLastSeconds), Math.ceil(untilRoomSeconds));
}

/**
 * The first, and of the others those that were not sent as many already: a stranger's many numbers, each with the same address
 * to fall back to, must not fill its mailbox.
 */
async function withinLimit(
  trx: Transaction,
  [first, ...others]: OtpRequest['recipients'],
  limit: SendLimit | undefined,
): Promise<Recipient[]> {
  const recipients: Recipient[] = [first];
  for (const other of others) {
    const { rows } = await trx.raw<{ rows: { count: number }[] }>(
      `select count(*)::int as count from identity.token_channels c join identity.tokens t on t.token_id = c.token_id
       where c.identifier = ? and c.position > 0 and t.created_at > now() - make_interval(secs => ?)`,
      [other.identifier, limit?.windowSeconds ?? 0],
    );
    if (limit === undefined || (rows[0]?.count ?? 0) < limit.max) recipients.push(other);
  }
  return recipients;
}

const secondsFromNow = (trx: Transaction, seconds: number): string =>
  trx.raw('now() + make_interval(secs => ?)', [seconds]) as unknown as string;
