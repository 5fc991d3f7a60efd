import type { Channel, TokenPurpose } from '../../../workflows/identity/otp.contract.js';
import { maxOtpAttempts, resendWindowSeconds } from '../../../workflows/identity/otp.rules.js';
import type { PlanId } from '../../../workflows/identity/plan.contract.js';
import type {
  Identifiers,
  Recipient,
  UserStatus,
} from '../../../workflows/identity/user.contract.js';
import { recipientsOf } from '../../../workflows/identity/user.rules.js';
import { failure } from '../../../workflows/shared/failure.js';
import { appendAudit, platformContextOf, type AuditedRequest } from '../../audit/audit.js';
import {
  arrayOf,
  boolean,
  bytes,
  integer,
  text,
  textOf,
  uuid,
  type Values,
} from '../../connection/column.js';
import { platformAccountId, type Database, type WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { createOtpCodes, type OtpCodes } from '../../secrets/otp-codes.js';
import { createRegistrationTokens } from '../../secrets/registration-tokens.js';
import { emitEvents } from '../../shared/outbox.js';
import { countTries, forgiveTry } from '../code/code-standing.records.js';
import { otpClosure } from '../code/otp.records.js';
import {
  findProvedHolder,
  hasUnproved,
  identifierColumns,
  identifierParameters,
  identifiersOfRecipient,
  lockIdentifiers,
} from '../user/identifier.records.js';
import { identifierVerified } from '../user/user.events.js';
import { User } from '../user/user.model.js';
import { activateUser } from './activation.records.js';
import { completeChange } from './identifier-change.records.js';
import { endRegistrations } from './registration-end.records.js';
import {
  liveRegistrations,
  registration,
  registrationViews,
  type Registration,
} from './registration.views.js';

interface Verified {
  userId: string;
  status: UserStatus;
  principalId: string;
  /** The e-mail address or phone number proved by the code. */
  verifiedIdentifier: string;
  isPasswordSet: boolean;
}

/** A right code; the resulting user is not decided yet. */
export interface Proof {
  tokenId: string;
  recipient: Recipient;
  /** Hashes under which the try was counted. */
  hashes: readonly Buffer[];
  /** The signed-in user who owns the further identifier. */
  ownerId?: string | undefined;
  /** Attempts to register the identifier. */
  attempts: readonly Registration[];
}

const sentCode = {
  tokenId: uuid,
  channel: textOf<Channel>(),
  identifier: text,
  codeHash: bytes,
  /** Requested by the signed-in user who owns the identifier. */
  isOwn: boolean,
  isOpen: boolean,
  isTryable: boolean,
};
type SentCode = Values<typeof sentCode>;

const purpose = 'VERIFY_IDENTIFIER' as const;

/**
 * Codes sent lately to the identifier, or together with such a code, and not replaced. A code
 * requested by a signed-in user serves the user alone, any other code whoever holds the code: a
 * code proves the address of delivery.
 */
const sentCodes = query({
  name: 'verification.sentCodes',
  parameters: {
    channel: textOf<Channel>(),
    identifier: text,
    identifierHash: bytes,
    ownHash: bytes,
    purpose: textOf<TokenPurpose>(),
    maxOtpAttempts: integer,
    resendWindowSeconds: integer,
  },
  row: sentCode,
  text: `select c.token_id, c.channel, c.identifier, c.code_hash,
     (t.identifier_hash = :ownHash and :ownHash <> :identifierHash) is true as is_own,
     t.used_at is null and t.expires_at > now() as is_open, t.attempts < :maxOtpAttempts as is_tryable
   from identity.token_channels c join identity.tokens t on t.token_id = c.token_id
   where t.token_id = any (array(
       select o.token_id from identity.token_channels o join identity.tokens w on w.token_id = o.token_id
       where o.identifier = :identifier and o.channel = :channel
         and (w.identifier_hash in (:identifierHash, :ownHash) or o.position > 0)))
     and t.purpose = :purpose and t.revoked_at is null and t.created_at > now() - make_interval(secs => :resendWindowSeconds)
   order by c.token_id for update of t`,
});

const attemptCount = query({
  name: 'verification.countAttempts',
  parameters: { tokenIds: arrayOf(uuid) },
  text: 'update identity.tokens t set attempts = t.attempts + 1 where t.token_id = any (:tokenIds)',
});

const tokenUse = query({
  name: 'verification.useToken',
  parameters: { tokenId: uuid },
  row: { userId: uuid },
  text: `update identity.tokens t set used_at = now()
   where t.token_id = :tokenId and t.used_at is null and t.revoked_at is null and t.expires_at > now()
   returning t.user_id`,
});

const lockedRegistrations = query({
  name: 'verification.registrations',
  parameters: identifierParameters,
  row: registration,
  text: `${liveRegistrations} for update`,
});

/** A person verified by a registration that names an invite. */
interface InvitedPerson {
  inviteId: string;
  userId: string;
  principalId: string;
}
type JoinByInvite = (scope: WriteScope, person: InvitedPerson) => Promise<void>;

interface VerificationParts {
  /** Joins the account of the invite that the registration names; nothing where that is over. */
  joinByInvite: JoinByInvite;
  database: Pick<Database, 'reads' | 'transaction'>;
  otpKey: string;
  planId: PlanId;
  /** Whether even a single attempt has to be named. */
  isAlwaysNamed?: boolean;
}

export function createVerificationRecords({
  database,
  otpKey,
  planId,
  isAlwaysNamed = false,
  joinByInvite,
}: VerificationParts) {
  const codes = createOtpCodes(otpKey);
  const tokens = createRegistrationTokens(otpKey);
  const platform = { accountId: platformAccountId };

  return {
    /**
     * Proves an identifier by a code sent to the identifier, or together with such a code: each
     * code belongs to one channel, so the code says which identifier is proved, also when delivery
     * fell back to another channel. A wrong code, no code and nobody's identifier get the same
     * answer; only a holder of the code learns that a right code is over.
     */
    async prove(identifiers: Identifiers, otp: string, userId?: string): Promise<Proof> {
      const [recipient] = recipientsOf(identifiers);
      if (!recipient) throw new Error('a code proves an identifier');
      // Counted before any comparison, and committed whatever the result: hence a separate
      // transaction.
      const { ownerId, hashes, sent } = await database.transaction(platform, (scope) =>
        countTry(scope, { codes, recipient, userId }),
      );
      const fitting = sent.filter(({ tokenId, channel, codeHash }) =>
        codes.fits(tokenId, channel, otp, codeHash),
      );
      const right = fitting.find(({ isOpen, isTryable }) => isOpen && isTryable);
      if (!right)
        throw failure(fitting.some(({ isOpen }) => !isOpen) ? 'OTP_EXPIRED' : 'INVALID_OTP');
      const { tokenId, channel, identifier } = right;
      const proved = { channel, identifier };
      const views = registrationViews(database.reads(platform));
      const attempts = await views.live(identifiersOfRecipient(proved));
      return { tokenId, recipient: proved, hashes, ownerId, attempts };
    },

    /** The attempt named by a token of registration. */
    named: ({ attempts }: Proof, registrationToken: string): Registration | undefined => {
      const hash = tokens.hash(registrationToken);
      return attempts.find(({ tokenHash }) => tokenHash.equals(hash));
    },

    /**
     * Takes the code, once. The named or only attempt becomes the user, with the attempt's password
     * and other identifiers, unproved; without an attempt the user has a proved identifier and no
     * password. All other attempts on the identifier end.
     */
    complete: (proof: Proof, audited: AuditedRequest, registrationId?: string): Promise<Verified> =>
      database.transaction(platformContextOf(audited), async (scope) => {
        const { tokenId, recipient, ownerId, hashes } = proof;
        const identifiers = identifiersOfRecipient(recipient);
        await lockIdentifiers(scope, identifiers);
        const attempts = await scope.run(lockedRegistrations, identifierColumns(identifiers));
        const sole = attempts.length === 1 && !isAlwaysNamed ? attempts[0] : undefined;
        const attempt = attempts.find((each) => each.registrationId === registrationId) ?? sole;
        if (registrationId !== undefined && attempt?.registrationId !== registrationId)
          throw failure('INVALID_CREDENTIALS');
        const [used] = await scope.run(tokenUse, { tokenId });
        if (!used || (await findProvedHolder(scope, identifiers))) throw failure('OTP_EXPIRED');
        const userId = ownerId ?? attempt?.userId ?? used.userId;
        const user = await becomeProved(scope, { userId, ownerId, attempt, recipient });
        const principalId = await activateUser(scope, user, planId);
        const inviteId = ownerId === undefined ? attempt?.inviteId : undefined;
        if (typeof inviteId === 'string')
          await joinByInvite(scope, { inviteId, userId, principalId });
        await endRegistrations(
          scope,
          userId,
          recipient,
          codes.hashIdentifier(recipient.identifier),
        );
        for (const identifierHash of hashes) await forgiveTry(scope, { identifierHash, purpose });
        const { channel } = recipient;
        const payload = { user_id: userId, principal_id: principalId, token_id: tokenId, channel };
        await emitEvents(scope, [
          identifierVerified.of({
            accountId: null,
            subjectId: userId,
            actorPrincipalId: principalId,
            payload,
          }),
          otpClosure(tokenId, 'USED'),
        ]);
        await appendAudit(scope, { ...audited, subjectId: userId, principalId });
        const passwordHash = ownerId === undefined ? attempt?.passwordHash : user.passwordHash;
        return {
          userId,
          status: 'ACTIVE',
          principalId,
          verifiedIdentifier: recipient.identifier,
          isPasswordSet: typeof passwordHash === 'string',
        };
      }),
  };
}

export type VerificationRecords = ReturnType<typeof createVerificationRecords>;

interface Try {
  codes: OtpCodes;
  recipient: Recipient;
  userId: string | undefined;
}

/**
 * A try counts at the code of each channel, for each identifier that the code might prove. Returns
 * the codes that may be compared.
 */
async function countTry(scope: WriteScope, { codes, recipient, userId }: Try) {
  const { channel, identifier } = recipient;
  const isOwn =
    userId !== undefined && (await hasUnproved(scope, userId, identifiersOfRecipient(recipient)));
  const ownerId = isOwn ? userId : undefined;
  const ownHash = codes.hashIdentifier(identifier, ownerId);
  const sent = await scope.run(sentCodes, {
    channel,
    identifier,
    identifierHash: codes.hashIdentifier(identifier),
    ownHash,
    purpose,
    maxOtpAttempts,
    resendWindowSeconds,
  });
  const hashOf = (code: SentCode) =>
    codes.hashIdentifier(code.identifier, code.isOwn ? ownerId : undefined);
  const hashes = await countTries(scope, { named: ownHash, others: sent.map(hashOf), purpose });
  const tokenIds = sent.filter(({ isTryable }) => isTryable).map(({ tokenId }) => tokenId);
  await scope.run(attemptCount, { tokenIds });
  const comparable = sent.filter((code) => hashes.some((hash) => hash.equals(hashOf(code))));
  return { ownerId, hashes, sent: comparable };
}

interface Becoming {
  userId: string;
  /** Of a further identifier of an ACTIVE user. */
  ownerId: string | undefined;
  attempt: Registration | undefined;
  recipient: Recipient;
}

/** Returns the user as before the change. */
async function becomeProved(
  scope: WriteScope,
  { userId, ownerId, attempt, recipient }: Becoming,
): Promise<User> {
  const { transaction } = scope;
  const user = await User.query(transaction).findById(userId).forUpdate().throwIfNotFound();
  // A further identifier of an ACTIVE user is proved only with the user's session.
  if (user.status !== (ownerId === undefined ? 'PENDING_VERIFICATION' : 'ACTIVE'))
    throw failure('INVALID_OTP');
  if (ownerId !== undefined) await completeChange(scope, ownerId, recipient.channel);
  const now = transaction.fn.now() as unknown as string;
  const proof = recipient.channel === 'SMS' ? { phoneVerifiedAt: now } : { emailVerifiedAt: now };
  await User.query(transaction)
    .patch({
      ...(ownerId === undefined ? fieldsOf(attempt) : {}),
      ...identifiersOfRecipient(recipient),
      ...proof,
    })
    .where({ userId });
  return user;
}

/** A pending user's fields from an attempt; without an attempt, only the proved identifier. */
function fieldsOf(attempt: Registration | undefined) {
  if (!attempt) return { email: null, phoneE164: null, passwordHash: null };
  const { email, phoneE164, passwordHash, preferredLanguage } = attempt;
  return { email, phoneE164, passwordHash, preferredLanguage };
}
