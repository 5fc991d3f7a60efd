import type { PlanId } from '../../workflows/identity/plan.contract.js';
import { maxOtpAttempts, resendWindowSeconds } from '../../workflows/identity/otp.rules.js';
import type { Identifiers, Recipient, UserStatus } from '../../workflows/identity/user.contract.js';
import { recipientsOf } from '../../workflows/identity/user.rules.js';
import { failure } from '../../workflows/shared/failure.js';
import { auditRequest } from '../shared/audit.js';
import type { Database, Transaction } from '../shared/database.js';
import { createOtpCodes } from '../shared/otp-codes.js';
import { createRegistrationTokens } from '../shared/registration-tokens.js';
import { emitEvents } from '../shared/outbox.js';
import { activateUser } from './activation.records.js';
import { countTries, forgiveTry } from './code-standing.records.js';
import { columnsOf, findProvedHolder, hasUnproved, lockIdentifiers } from './identifier.records.js';
import { Token } from './otp.model.js';
import { closed } from './otp.records.js';
import type { Registration } from './registration.model.js';
import { endRegistrations } from './registration-end.records.js';
import { liveOn } from './registration.records.js';
import { identifierVerified } from './user.events.js';
import { User } from './user.model.js';

export interface Verified {
  userId: string;
  status: UserStatus;
  principalId: string;
  /** The e-mail address or phone number that the code was sent to. */
  verifiedIdentifier: string;
  isPasswordSet: boolean;
}

/** The code was right; what it makes of whom is not decided yet. */
export interface Proof {
  tokenId: string;
  recipient: Recipient;
  /** What the try was counted under. */
  hashes: readonly Buffer[];
  /** The signed-in user whose further identifier it is. */
  ownerId?: string | undefined;
  /** Attempts to register it. */
  attempts: readonly Registration[];
}

interface SentCode {
  tokenId: string;
  channel: Recipient['channel'];
  identifier: string;
  codeHash: Buffer;
  /** Asked for by the signed-in user whose identifier it is. */
  isOwn: boolean;
  isOpen: boolean;
  isTryable: boolean;
}

const purpose = 'VERIFY_IDENTIFIER';

/**
 * What was sent lately to the identifier, or together with it, and was not replaced. What a signed-in user asked for is of use
 * to that user alone, all else to whoever has it: a code proves where it went.
 */
const sentCodes = `
  select c.token_id as "tokenId", c.channel, c.identifier, c.code_hash as "codeHash",
    t.identifier_hash = :ownHash::bytea and :ownHash::bytea <> :identifierHash::bytea as "isOwn",
    t.used_at is null and t.expires_at > now() as "isOpen", t.attempts < :maxOtpAttempts as "isTryable"
  from identity.token_channels c join identity.tokens t on t.token_id = c.token_id
  where t.token_id = any (array(
      select o.token_id from identity.token_channels o join identity.tokens w on w.token_id = o.token_id
      where o.identifier = :identifier and o.channel = :channel
        and (w.identifier_hash in (:identifierHash::bytea, :ownHash::bytea) or o.position > 0)))
    and t.purpose = :purpose and t.revoked_at is null and t.created_at > now() - make_interval(secs => :resendWindowSeconds)
  order by c.token_id for update of t`;

export interface VerificationParts {
  database: Database;
  otpKey: string;
  planId: PlanId;
  /** Whether an attempt has to be named also where it is the only one. */
  isAlwaysNamed?: boolean;
}

export function createVerificationRecords({ database, otpKey, planId, isAlwaysNamed = false }: VerificationParts) {
  const codes = createOtpCodes(otpKey);
  const tokens = createRegistrationTokens(otpKey);

  /** Before anything is compared, and committed whatever the comparison says: hence a transaction of its own. */
  const count = (recipient: Recipient, userId: string | undefined) =>
    database.inPlatform(async (trx) => {
      const isOwn = userId !== undefined && (await hasUnproved(trx, userId, recipient));
      const ownerId = isOwn ? userId : undefined;
      const identifierHash = codes.hashIdentifier(recipient.identifier);
      const ownHash = codes.hashIdentifier(recipient.identifier, ownerId);
      const bindings = { ...recipient, identifierHash, ownHash, purpose, maxOtpAttempts, resendWindowSeconds };
      const { rows: sent } = await trx.raw<{ rows: SentCode[] }>(sentCodes, bindings);
      // A try is one at the code of each channel, and counts for each identifier that it might prove.
      const hashOf = ({ identifier, isOwn }: SentCode) => codes.hashIdentifier(identifier, isOwn ? ownerId : undefined);
      const hashes = await countTries(trx, { named: ownHash, others: sent.map(hashOf), purpose });
      const tokenIds = sent.filter(({ isTryable }) => isTryable).map(({ tokenId }) => tokenId);
      await Token.query(trx).increment('attempts', 1).whereIn('tokenId', tokenIds);
      const comparable = sent.filter((code) => hashes.some((hash) => hash.equals(hashOf(code))));
      return { ownerId, hashes, sent: comparable };
    });

  return {
    /**
     * Whether a code is one that was sent to the identifier, or together with it: each code is one channel's, so the one that
     * comes back says which identifier is proved, also when delivery fell back to another than the first. Says the same of a
     * wrong code, of no code and of nobody; that a code was right and is over, only to who has it.
     */
    async prove(identifiers: Identifiers, otp: string, userId?: string): Promise<Proof> {
      const [recipient] = recipientsOf(identifiers);
      if (!recipient) throw new Error('a code proves an identifier');
      const { ownerId, hashes, sent } = await count(recipient, userId);
      const fitting = sent.filter(({ tokenId, channel, codeHash }) => codes.fits(tokenId, channel, otp, codeHash));
      const right = fitting.find(({ isOpen, isTryable }) => isOpen && isTryable);
      if (!right) throw failure(fitting.some(({ isOpen }) => !isOpen) ? 'OTP_EXPIRED' : 'INVALID_OTP');
      const { tokenId, channel, identifier } = right;
      const proved = { channel, identifier };
      const attempts = await database.inPlatform(async (trx) => attemptsOn(trx, proved));
      return { tokenId, recipient: proved, hashes, ownerId, attempts };
    },

    /** The attempt that a token of registration names. */
    named: ({ attempts }: Proof, registrationToken: string): Registration | undefined => {
      const hash = tokens.hash(registrationToken);
      return attempts.find(({ tokenHash }) => tokenHash.equals(hash));
    },

    /**
     * Takes the code, once. The named attempt, or the only one there is, becomes the user, with its password and its other
     * identifiers, unproved; without one it is a user who has proved an identifier and has no password. All other attempts on
     * the identifier end.
     */
    complete: (proof: Proof, registrationId?: string): Promise<Verified> =>
      database.inPlatform(async (trx) => {
        const { tokenId, recipient, ownerId, hashes } = proof;
        const identifiers = identifiersFrom(recipient);
        await lockIdentifiers(trx, identifiers);
        const attempts = await attemptsOn(trx, recipient);
        const sole = attempts.length === 1 && !isAlwaysNamed ? attempts[0] : undefined;
        const attempt = attempts.find((each) => each.registrationId === registrationId) ?? sole;
        if (registrationId !== undefined && attempt?.registrationId !== registrationId)
          throw failure('INVALID_CREDENTIALS');
        const [used] = await Token.query(trx)
          .patch({ usedAt: trx.fn.now() })
          .where({ tokenId, usedAt: null, revokedAt: null })
          .whereRaw('expires_at > now()')
          .returning('*');
        if (!used || (await findProvedHolder(trx, identifiers))) throw failure('OTP_EXPIRED');
        const userId = ownerId ?? attempt?.userId ?? used.userId;
        const user = await User.query(trx).findById(userId).forUpdate().throwIfNotFound();
        // A further identifier of an ACTIVE user is proved with that user's session only.
        if (user.status !== (ownerId === undefined ? 'PENDING_VERIFICATION' : 'ACTIVE')) throw failure('INVALID_OTP');
        await User.query(trx)
          .patch({ ...(ownerId === undefined ? becoming(attempt, recipient) : {}), ...provedBy(trx, recipient) })
          .where({ userId });
        const principalId = await activateUser(trx, user, planId);
        await endRegistrations(trx, userId, recipient, codes.hashIdentifier(recipient.identifier));
        for (const hash of hashes) await forgiveTry(trx, hash, purpose);
        const payload = { user_id: userId, principal_id: principalId, token_id: tokenId, channel: recipient.channel };
        await emitEvents(trx, [
          identifierVerified.of({ accountId: null, subjectId: userId, actorPrincipalId: principalId, payload }),
          closed(tokenId, 'USED'),
        ]);
        await auditRequest(trx, { subjectId: userId, principalId });
        const isPasswordSet = typeof (ownerId === undefined ? attempt?.passwordHash : user.passwordHash) === 'string';
        return { userId, status: 'ACTIVE', principalId, verifiedIdentifier: recipient.identifier, isPasswordSet };
      }),
  };
}

export type VerificationRecords = ReturnType<typeof createVerificationRecords>;

const identifiersFrom = ({ channel, identifier }: Recipient): Identifiers =>
  channel === 'SMS' ? { phoneE164: identifier } : { email: identifier };

async function attemptsOn(trx: Transaction, recipient: Recipient): Promise<Registration[]> {
  return liveOn(trx, identifiersFrom(recipient)).orderByRaw('created_at desc, registration_id desc').forUpdate();
}

/** What an attempt makes of a pending user; without one, nothing but the identifier that was proved. */
function becoming(attempt: Registration | undefined, recipient: Recipient) {
  const { email, phoneE164 } = attempt ?? { email: null, phoneE164: null, ...identifiersFrom(recipient) };
  const language = attempt ? { preferredLanguage: attempt.preferredLanguage } : {};
  return { email, phoneE164, passwordHash: attempt?.passwordHash ?? null, ...language };
}

const provedBy = (trx: Transaction, recipient: Recipient) => {
  const { value, proof } = columnsOf(recipient);
  return { [value]: recipient.identifier, [proof]: trx.fn.now() };
};
