import { randomBytes } from 'node:crypto';
import {
  otpLifetimeSeconds,
  resendWaitSeconds,
  resendWindowSeconds,
} from '../../../workflows/identity/otp.rules.js';
import type { TokenPurpose } from '../../../workflows/identity/otp.contract.js';
import type { Recipient } from '../../../workflows/identity/user.contract.js';
import {
  arrayOf,
  bytes,
  float,
  integer,
  text,
  textOf,
  uuid,
  type Values,
} from '../../connection/column.js';
import type { ReadScope, WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import type { OtpCodes } from '../../secrets/otp-codes.js';
import { newId } from '../../shared/id.js';
import { emitEvents } from '../../shared/outbox.js';
import { resetTries, type CodeStanding } from './code-standing.records.js';
import { otpClosed, otpDeliveryRequested } from './otp.events.js';

export interface OtpRequest {
  userId: string;
  purpose: TokenPurpose;
  /** In the order of the tries. */
  recipients: readonly [Recipient, ...Recipient[]];
  /** For a signed-in user, the only user allowed to use the code. */
  isOwn?: boolean;
}

/** Most codes sent to an identifier, whoever asks. */
export interface SendLimit {
  max: number;
  windowSeconds: number;
}

const newToken = query({
  name: 'otp.issue',
  parameters: {
    tokenId: uuid,
    userId: uuid,
    purpose: textOf<TokenPurpose>(),
    nonce: bytes,
    identifierHash: bytes,
    otpLifetimeSeconds: integer,
  },
  text: `insert into identity.tokens (token_id, user_id, purpose, nonce, identifier_hash, expires_at)
   values (:tokenId, :userId, :purpose, :nonce, :identifierHash, now() + make_interval(secs => :otpLifetimeSeconds))`,
});

/** The address of each channel, in the order of the tries. */
const newTokenChannels = query({
  name: 'otp.issueChannels',
  parameters: {
    tokenId: uuid,
    channels: arrayOf(text),
    identifiers: arrayOf(text),
    codeHashes: arrayOf(bytes),
  },
  text: `insert into identity.token_channels (token_id, channel, position, identifier, code_hash)
   select :tokenId, c.channel, c.ordinal - 1, c.identifier, c.code_hash
   from unnest(:channels, :identifiers, :codeHashes) with ordinality as c(channel, identifier, code_hash, ordinal)`,
});

export const identifierHashOf = (
  codes: OtpCodes,
  { userId, recipients, isOwn = false }: OtpRequest,
): Buffer => codes.hashIdentifier(recipients[0].identifier, isOwn ? userId : undefined);

/**
 * Requests the delivery of a new code, in the caller's transaction, which holds the identifier's
 * lock. Earlier codes sent to the identifier become void; codes sent elsewhere to the user go on,
 * since another person may have requested them.
 */
export async function issueOtp(
  scope: WriteScope,
  codes: OtpCodes,
  request: OtpRequest,
  limit?: SendLimit,
): Promise<void> {
  const recipients = await withinLimit(scope, request.recipients, limit);
  const identifierHash = identifierHashOf(codes, request);
  await storeOtp(scope, request, { ...prepareOtp(codes, recipients), identifierHash });
}

/** A code before any request, absent from the database. */
interface PreparedOtp {
  tokenId: string;
  nonce: Buffer;
  identifierHash: Buffer;
  /** In the order of the tries. */
  deliveries: readonly (Recipient & { codeHash: Buffer })[];
}

/** A code's token with a hash a channel, made where the key of codes is. */
export function prepareOtp(
  codes: OtpCodes,
  recipients: readonly Recipient[],
): Omit<PreparedOtp, 'identifierHash'> {
  const tokenId = newId();
  const nonce = randomBytes(16);
  const hashFor = ({ channel }: Recipient) =>
    codes.hash(tokenId, channel, codes.derive(tokenId, channel, nonce));
  const deliveries = recipients.map((recipient) => ({
    ...recipient,
    codeHash: hashFor(recipient),
  }));
  return { tokenId, nonce, deliveries };
}

/** Stores a prepared code in place of earlier ones, and requests the delivery. */
export async function storeOtp(
  scope: WriteScope,
  { userId, purpose }: Pick<OtpRequest, 'userId' | 'purpose'>,
  { tokenId, nonce, identifierHash, deliveries }: PreparedOtp,
): Promise<void> {
  await revokeOpenOtps(scope, { identifierHash, purpose });
  const channels = deliveries.map(({ channel }) => channel);
  await scope.run(newToken, {
    tokenId,
    userId,
    purpose,
    nonce,
    identifierHash,
    otpLifetimeSeconds,
  });
  await scope.run(newTokenChannels, {
    tokenId,
    channels,
    identifiers: deliveries.map(({ identifier }) => identifier),
    codeHashes: deliveries.map(({ codeHash }) => codeHash),
  });
  await resetTries(scope, { identifierHash, purpose });
  const payload = { token_id: tokenId, user_id: userId, channels };
  await emitEvents(scope, [
    otpDeliveryRequested.of({ accountId: null, subjectId: tokenId, payload }),
  ]);
}

const openRevocation = query({
  name: 'otp.revokeOpen',
  parameters: { identifierHash: bytes, purpose: textOf<TokenPurpose>() },
  row: { tokenId: uuid },
  text: `update identity.tokens t set revoked_at = now()
   where t.identifier_hash = :identifierHash and t.purpose = :purpose and t.used_at is null and t.revoked_at is null
   returning t.token_id`,
});

/** The deliveries of revoked codes stop, too. */
async function revokeOpenOtps(
  scope: WriteScope,
  { identifierHash, purpose }: CodeStanding,
): Promise<void> {
  const revoked = await scope.run(openRevocation, { identifierHash, purpose });
  await emitEvents(
    scope,
    revoked.map(({ tokenId }) => otpClosure(tokenId, 'REVOKED')),
  );
}

export const otpClosure = (tokenId: string, reason: 'USED' | 'REVOKED') =>
  otpClosed.of({ accountId: null, subjectId: tokenId, payload: { token_id: tokenId, reason } });

const sending = {
  count: integer,
  sinceLastSeconds: float,
  untilRoomSeconds: float,
};

const recentSending = query({
  name: 'otp.sending',
  parameters: {
    identifierHash: bytes,
    purpose: textOf<TokenPurpose>(),
    resendWindowSeconds: integer,
    max: integer,
    windowSeconds: integer,
  },
  row: sending,
  text: `select count(*)::int as count, coalesce(extract(epoch from now() - max(t.created_at)), 0)::float8 as since_last_seconds,
     coalesce((select extract(epoch from l.created_at - now()) + :windowSeconds from identity.tokens l
       where l.identifier_hash = :identifierHash and l.purpose = :purpose
         and l.created_at > now() - make_interval(secs => :windowSeconds)
       order by l.created_at desc offset :max - 1 limit 1), 0)::float8 as until_room_seconds
   from identity.tokens t
   where t.identifier_hash = :identifierHash and t.purpose = :purpose
     and t.created_at > now() - make_interval(secs => :resendWindowSeconds)`,
});
const noSending: Values<typeof sending> = { count: 0, sinceLastSeconds: 0, untilRoomSeconds: 0 };

/** Seconds until the identifier may be sent another code; 0 for at once. */
export async function resendWait(
  scope: ReadScope,
  { identifierHash, purpose }: CodeStanding,
  { max, windowSeconds }: SendLimit,
): Promise<number> {
  const [recent = noSending] = await scope.read(recentSending, {
    identifierHash,
    purpose,
    resendWindowSeconds,
    max,
    windowSeconds,
  });
  const { count, sinceLastSeconds, untilRoomSeconds } = recent;
  return Math.max(resendWaitSeconds(count, sinceLastSeconds), Math.ceil(untilRoomSeconds));
}

const fallbackCount = query({
  name: 'otp.countFallbacks',
  parameters: { identifier: text, windowSeconds: integer },
  row: { count: integer },
  text: `select count(*)::int as count from identity.token_channels c join identity.tokens t on t.token_id = c.token_id
   where c.identifier = :identifier and c.position > 0 and t.created_at > now() - make_interval(secs => :windowSeconds)`,
});

/**
 * The first recipient, and of the others only recipients below the limit: a stranger's many
 * numbers, each with the same address to fall back to, must not fill the address's mailbox.
 */
async function withinLimit(
  scope: ReadScope,
  [first, ...others]: OtpRequest['recipients'],
  limit: SendLimit | undefined,
): Promise<Recipient[]> {
  const recipients: Recipient[] = [first];
  for (const other of others) {
    const { identifier } = other;
    const [sent] = await scope.read(fallbackCount, {
      identifier,
      windowSeconds: limit?.windowSeconds ?? 0,
    });
    if (limit === undefined || (sent?.count ?? 0) < limit.max) recipients.push(other);
  }
  return recipients;
}
