import type { Channel } from '../../workflows/identity/otp.contract.js';
import type { Identifiers, UserStatus } from '../../workflows/identity/user.contract.js';
import { auditRequest } from '../shared/audit.js';
import type { Database, Transaction } from '../shared/database.js';
import { newId } from '../shared/id.js';
import { createOtpCodes } from '../shared/otp-codes.js';
import { emitEvents } from '../shared/outbox.js';
import { claimIdentifiers, lockUserBy } from './identifier.records.js';
import { issueOtp } from './otp.records.js';
import { userRegistered } from './user.events.js';
import { User } from './user.model.js';

export interface Registration {
  identifiers: Identifiers;
  passwordHash: string;
  preferredLanguage?: string | undefined;
}

export interface Registered {
  userId: string;
  status: UserStatus;
  /** The channel that is tried first. */
  sentVia: Channel;
}

export function createUserRecords({ database, otpKey }: { database: Database; otpKey: string }) {
  const codes = createOtpCodes(otpKey);
  return {
    /**
     * A user who has yet to prove an identifier, and the delivery of a code to the phone, or else by mail. The same
     * identifier again is the same user, with the newest password and identifiers, and another code.
     */
    register: (registration: Registration): Promise<Registered> =>
      database.inPlatform(async (trx) => {
        const user = await savePendingUser(trx, registration);
        const channels = unprovedChannels(user);
        await issueOtp(trx, codes, { userId: user.userId, purpose: 'VERIFY_IDENTIFIER', channels });
        await auditRequest(trx, { subjectId: user.userId });
        return { userId: user.userId, status: user.status, sentVia: channels[0] ?? 'EMAIL' };
      }),

    /** Another code for an identifier that is not proved yet; null, and nothing sent, for any other. */
    requestVerification: (identifiers: Identifiers): Promise<Channel | null> =>
      database.inPlatform(async (trx) => {
        const user = await lockUserBy(trx, identifiers);
        if (!user || user.status === 'LOCKED' || user.status === 'DISABLED') return null;
        const named: Channel = identifiers.phoneE164 === undefined ? 'EMAIL' : 'SMS';
        const open = unprovedChannels(user);
        if (!open.includes(named)) return null;
        const channels = [named, ...open.filter((channel) => channel !== named)];
        await issueOtp(trx, codes, { userId: user.userId, purpose: 'VERIFY_IDENTIFIER', channels });
        await auditRequest(trx, { subjectId: user.userId });
        return named;
      }),
  };
}

export type UserRecords = ReturnType<typeof createUserRecords>;

/** A pending user with exactly the identifiers given: the one taken up again, or a new one. */
export async function savePendingUser(trx: Transaction, registration: Registration): Promise<User> {
  const { identifiers, passwordHash, preferredLanguage } = registration;
  const pending = await claimIdentifiers(trx, identifiers);
  const values = {
    email: identifiers.email ?? null,
    phoneE164: identifiers.phoneE164 ?? null,
    passwordHash,
    ...(preferredLanguage === undefined ? {} : { preferredLanguage }),
  };
  if (pending) return User.query(trx).patchAndFetchById(pending.userId, values);
  const userId = newId();
  await User.query(trx).insert({ userId, status: 'PENDING_VERIFICATION', ...values });
  await emitEvents(trx, [userRegistered.of({ accountId: null, subjectId: userId, payload: { user_id: userId } })]);
  return User.query(trx).findById(userId).throwIfNotFound();
}

/** Phone first. */
function unprovedChannels(user: User): Channel[] {
  const channels: Channel[] = [];
  if (user.phoneE164 !== null && user.phoneVerifiedAt === null) channels.push('SMS');
  if (user.email !== null && user.emailVerifiedAt === null) channels.push('EMAIL');
  return channels;
}
