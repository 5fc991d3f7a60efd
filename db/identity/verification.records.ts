import type { PlanId } from '../../workflows/identity/plan.contract.js';
import type { Channel } from '../../workflows/identity/otp.contract.js';
import { maxOtpAttempts } from '../../workflows/identity/otp.rules.js';
import type { Identifiers, UserStatus } from '../../workflows/identity/user.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import { auditRequest } from '../shared/audit.js';
import type { Database } from '../shared/database.js';
import { createOtpCodes } from '../shared/otp-codes.js';
import { emitEvents } from '../shared/outbox.js';
import { activateUser } from './activation.records.js';
import { Token, TokenChannel } from './otp.model.js';
import { closed } from './otp.records.js';
import { identifierVerified } from './user.events.js';
import { User } from './user.model.js';

export interface Verified {
  userId: string;
  status: UserStatus;
  principalId: string;
  /** The e-mail address or phone number that the code was sent to. */
  verifiedIdentifier: string;
}

const newestToken = `
  select t.token_id from identity.tokens t join identity.users u on u.user_id = t.user_id
  where (u.email = :email::public.citext or u.phone_e164 = :phoneE164::text)
    and t.purpose = 'VERIFY_IDENTIFIER' and t.revoked_at is null
  order by t.created_at desc, t.token_id desc limit 1`;

/** Counts before anything is compared: of any number of tries at once, five are compared. */
const countAttempt = `
  update identity.tokens t set attempts = t.attempts + 1
  where t.token_id = (${newestToken}) and t.attempts < :maxOtpAttempts and t.used_at is null and t.expires_at > now()
  returning t.token_id`;

const tokenState = `
  select t.used_at is not null or t.expires_at <= now() as "isOver" from identity.tokens t where t.token_id = (${newestToken})`;

export function createVerificationRecords(deps: { database: Database; otpKey: string; planId: PlanId }) {
  const { database, planId } = deps;
  const codes = createOtpCodes(deps.otpKey);

  /** The count is committed whatever the comparison says, hence a transaction of its own. */
  const count = ({ email, phoneE164 }: Identifiers): Promise<TokenChannel[]> =>
    database.inPlatform(async (trx) => {
      const bindings = { email: email ?? null, phoneE164: phoneE164 ?? null, maxOtpAttempts };
      const counted = await trx.raw<{ rows: { token_id: string }[] }>(countAttempt, bindings);
      const tokenId = counted.rows[0]?.token_id;
      if (tokenId !== undefined) return TokenChannel.query(trx).where({ tokenId });
      const states = await trx.raw<{ rows: { isOver: boolean }[] }>(tokenState, bindings);
      const state = states.rows[0];
      if (!state) throw failure('INVALID_OTP');
      throw failure(state.isOver ? 'OTP_EXPIRED' : 'OTP_ATTEMPTS_EXCEEDED');
    });

  const complete = (tokenId: string, channel: Channel): Promise<Verified> =>
    database.inPlatform(async (trx) => {
      const [used] = await Token.query(trx)
        .patch({ usedAt: trx.fn.now() })
        .where({ tokenId, usedAt: null, revokedAt: null })
        .whereRaw('expires_at > now()')
        .returning('*');
      if (!used) throw failure('OTP_EXPIRED');
      const user = await User.query(trx).findById(used.userId).forUpdate().throwIfNotFound();
      const verifiedIdentifier = channel === 'SMS' ? user.phoneE164 : user.email;
      if (verifiedIdentifier === null) throw failure('OTP_EXPIRED');
      const proof = channel === 'SMS' ? 'phoneVerifiedAt' : 'emailVerifiedAt';
      await User.query(trx)
        .patch({ [proof]: trx.fn.now() })
        .where({ userId: user.userId });
      const principalId = await activateUser(trx, user, planId);
      const payload = { user_id: user.userId, principal_id: principalId, token_id: tokenId, channel };
      await emitEvents(trx, [
        identifierVerified.of({ accountId: null, subjectId: user.userId, actorPrincipalId: principalId, payload }),
        closed(tokenId, 'USED'),
      ]);
      await auditRequest(trx, { subjectId: user.userId, principalId });
      const status = user.status === 'PENDING_VERIFICATION' ? 'ACTIVE' : user.status;
      return { userId: user.userId, status, principalId, verifiedIdentifier };
    });

  return {
    /**
     * Takes a code once. Each code is one channel's, so the one that comes back says which identifier was proved, also
     * when delivery fell back to another channel than the first. The first proof makes the user ACTIVE, with an account.
     */
    async verify(identifiers: Identifiers, otp: string): Promise<Verified> {
      const sent = await count(identifiers);
      const proved = sent.filter(({ tokenId, channel, codeHash }) => codes.fits(tokenId, channel, otp, codeHash))[0];
      if (!proved) throw failure('INVALID_OTP');
      return complete(proved.tokenId, proved.channel);
    },
  };
}

export type VerificationRecords = ReturnType<typeof createVerificationRecords>;
