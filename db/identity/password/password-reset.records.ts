import type { Channel, TokenPurpose } from '../../../workflows/identity/otp.contract.js';
import { maxOtpAttempts, resendWindowSeconds } from '../../../workflows/identity/otp.rules.js';
import type { Recipient } from '../../../workflows/identity/user.contract.js';
import { failure } from '../../../workflows/shared/failure.js';
import { appendAudit, platformContextOf, type AuditedRequest } from '../../audit/audit.js';
import { arrayOf, boolean, bytes, integer, text, textOf, uuid } from '../../connection/column.js';
import { platformAccountId, type Database, type WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { createOtpCodes } from '../../secrets/otp-codes.js';
import { newId } from '../../shared/id.js';
import { change, emitEvents, runChange } from '../../shared/outbox.js';
import { countTries, forgiveTry } from '../code/code-standing.records.js';
import { otpClosure, prepareOtp } from '../code/otp.records.js';
import { securityNotice } from '../notice/notice.events.js';
import { endMfaChallenges } from '../mfa/mfa-challenge.records.js';
import { endSessions } from '../session/session-end.records.js';
import { passwordReset, passwordResetRequested } from './password.events.js';

const purpose = 'RESET_PASSWORD' as const;
const platform = { accountId: platformAccountId };

const newRequest = change({
  name: 'passwordReset.request',
  parameters: {
    requestId: uuid,
    channel: textOf<Channel>(),
    identifier: text,
    tokenId: uuid,
    nonce: bytes,
    identifierHash: bytes,
    codeHash: bytes,
  },
  row: { requestId: uuid },
  text: `insert into identity.password_reset_requests
     (request_id, channel, identifier, token_id, nonce, identifier_hash, code_hash)
   values (:requestId, :channel, :identifier, :tokenId, :nonce, :identifierHash, :codeHash)
   returning request_id`,
});

const sentCodes = query({
  name: 'passwordReset.sentCodes',
  parameters: {
    identifierHash: bytes,
    purpose: textOf<TokenPurpose>(),
    maxOtpAttempts: integer,
    resendWindowSeconds: integer,
  },
  row: {
    tokenId: uuid,
    userId: uuid,
    channel: textOf<Channel>(),
    codeHash: bytes,
    isOpen: boolean,
    isTryable: boolean,
  },
  text: `select t.token_id, t.user_id, c.channel, c.code_hash,
     t.used_at is null and t.expires_at > now() as is_open, t.attempts < :maxOtpAttempts as is_tryable
   from identity.tokens t join identity.token_channels c on c.token_id = t.token_id
   where t.identifier_hash = :identifierHash and t.purpose = :purpose and t.revoked_at is null
     and t.created_at > now() - make_interval(secs => :resendWindowSeconds)
   order by t.token_id for update of t`,
});

const attemptCount = query({
  name: 'passwordReset.countAttempts',
  parameters: { tokenIds: arrayOf(uuid) },
  text: 'update identity.tokens t set attempts = t.attempts + 1 where t.token_id = any (:tokenIds)',
});

const tokenUse = query({
  name: 'passwordReset.useToken',
  parameters: { tokenId: uuid },
  row: { userId: uuid },
  text: `update identity.tokens t set used_at = now()
   where t.token_id = :tokenId and t.used_at is null and t.revoked_at is null and t.expires_at > now()
   returning t.user_id`,
});

const newPassword = change({
  name: 'passwordReset.setPassword',
  parameters: { userId: uuid, passwordHash: text },
  row: { userId: uuid },
  text: `update identity.users u set password_hash = :passwordHash
   where u.user_id = :userId and u.status = 'ACTIVE' returning u.user_id`,
});

/** A right code, not used yet. */
interface ResetProof {
  tokenId: string;
  identifierHash: Buffer;
}

interface PasswordResetParts {
  database: Pick<Database, 'transaction'>;
  otpKey: string;
}

export function createPasswordResetRecords({ database, otpKey }: PasswordResetParts) {
  const codes = createOtpCodes(otpKey);
  return {
    /**
     * Stores a request with the code to send, the same for everybody's and nobody's identifier: the
     * owner, and the codes sent lately, are looked up when the event is delivered.
     */
    request: (recipient: Recipient, audited: AuditedRequest): Promise<void> =>
      database.transaction(platformContextOf(audited), async (scope) => {
        const requestId = newId();
        const { tokenId, nonce, deliveries } = prepareOtp(codes, [recipient]);
        const [delivery] = deliveries;
        if (!delivery) throw new Error('a code is for an identifier');
        const identifierHash = codes.hashIdentifier(recipient.identifier);
        const request = { requestId, tokenId, nonce, identifierHash, ...delivery };
        await runChange(scope, newRequest, request, [
          passwordResetRequested.of({
            accountId: null,
            subjectId: requestId,
            payload: { request_id: requestId },
          }),
        ]);
        await appendAudit(scope, { ...audited, subjectId: requestId });
      }),

    /** Counts the try, commits the count, and compares afterwards. */
    async prove({ identifier }: Recipient, otp: string): Promise<ResetProof> {
      const identifierHash = codes.hashIdentifier(identifier);
      const codesSent = await database.transaction(platform, (scope) =>
        countTry(scope, identifierHash),
      );
      const fitting = codesSent.filter(({ tokenId, channel, codeHash }) =>
        codes.fits(tokenId, channel, otp, codeHash),
      );
      const right = fitting.find(({ isOpen, isTryable }) => isOpen && isTryable);
      if (!right)
        throw failure(fitting.some(({ isOpen }) => !isOpen) ? 'OTP_EXPIRED' : 'INVALID_OTP');
      return { tokenId: right.tokenId, identifierHash };
    },

    /** Takes the code, once, sets the password, and ends every session of the user. */
    complete: (
      { tokenId, identifierHash }: ResetProof,
      passwordHash: string,
      audited: AuditedRequest,
    ): Promise<void> =>
      database.transaction(platformContextOf(audited), async (scope) => {
        const [used] = await scope.run(tokenUse, { tokenId });
        if (!used) throw failure('OTP_EXPIRED');
        const { userId } = used;
        await setPassword(scope, userId, passwordHash);
        await endMfaChallenges(scope, userId);
        await endSessions(scope, { userId, reason: 'PASSWORD_RESET' });
        await forgiveTry(scope, { identifierHash, purpose });
        await emitEvents(scope, [otpClosure(tokenId, 'USED')]);
        await appendAudit(scope, { ...audited, subjectId: userId });
      }),
  };
}
export type PasswordResetRecords = ReturnType<typeof createPasswordResetRecords>;

async function countTry(scope: WriteScope, identifierHash: Buffer) {
  const key = { identifierHash, purpose };
  const codesSent = await scope.run(sentCodes, { ...key, maxOtpAttempts, resendWindowSeconds });
  await countTries(scope, { named: identifierHash, others: [], purpose });
  const tokenIds = codesSent.filter(({ isTryable }) => isTryable).map(({ tokenId }) => tokenId);
  await scope.run(attemptCount, { tokenIds });
  return codesSent;
}

/** A user locked or disabled since the code was sent keeps the old password. */
async function setPassword(scope: WriteScope, userId: string, passwordHash: string): Promise<void> {
  const event = { accountId: null, subjectId: userId, payload: { user_id: userId } };
  const users = await runChange(scope, newPassword, { userId, passwordHash }, [
    passwordReset.of(event),
    securityNotice(userId, 'PASSWORD_RESET'),
  ]);
  if (users.length === 0) throw failure('OTP_EXPIRED');
}
