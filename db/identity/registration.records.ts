import type { Channel } from '../../workflows/identity/otp.contract.js';
import type { Identifiers, Recipient, UserStatus } from '../../workflows/identity/user.contract.js';
import { maxRegistrations, recipientsOf } from '../../workflows/identity/user.rules.js';
import { auditRequest } from '../shared/audit.js';
import type { Database, Transaction } from '../shared/database.js';
import { newId } from '../shared/id.js';
import { createOtpCodes } from '../shared/otp-codes.js';
import { createRegistrationTokens } from '../shared/registration-tokens.js';
import { firstChannelOf } from './code-channel.records.js';
import { assertUnproved, lockIdentifiers } from './identifier.records.js';
import { identifierHashOf, issueOtp, resendWait, type SendLimit } from './otp.records.js';
import { Registration } from './registration.model.js';
import { addPendingUser } from './user.records.js';

export interface RegistrationAttempt {
  identifiers: Identifiers;
  /** Of the password, for another attempt. */
  passwordHash: string;
  preferredLanguage?: string | undefined;
  /** The newest attempt that the password was compared with, and whether it is that one's. */
  compared?: { registrationId: string; isSame: boolean } | undefined;
  /** Whether another attempt may be added without having been compared, as after many that came at once. */
  isFinal?: boolean;
}

export interface Registered {
  userId: string;
  status: UserStatus;
  /** The channel that is tried first; null where none has a provider. */
  sentVia: Channel | null;
  registrationToken: string;
  /** Until another code may be sent; null where one is on its way. */
  retryAfterSeconds: number | null;
}

export interface RegistrationRecordParts {
  database: Database;
  otpKey: string;
  ttlMs: number;
  sendLimit: SendLimit;
}

export function createRegistrationRecords({ database, otpKey, ttlMs, sendLimit }: RegistrationRecordParts) {
  const codes = createOtpCodes(otpKey);
  const tokens = createRegistrationTokens(otpKey);
  const purpose = 'VERIFY_IDENTIFIER';

  async function add(trx: Transaction, { identifiers, ...attempt }: RegistrationAttempt): Promise<Registration> {
    await dropOldest(trx, identifiers);
    const userId = (await takeUpPendingUser(trx, identifiers)) ?? (await addPendingUser(trx, identifiers));
    const registrationId = newId();
    return Registration.query(trx).insertAndFetch({
      ...{ registrationId, userId, passwordHash: attempt.passwordHash, expiresAt: until(trx, ttlMs) },
      ...{ email: identifiers.email ?? null, phoneE164: identifiers.phoneE164 ?? null },
      tokenHash: tokens.hash(tokens.derive(registrationId)),
      ...(attempt.preferredLanguage === undefined ? {} : { preferredLanguage: attempt.preferredLanguage }),
    });
  }

  /** The attempt of the same password, with what was given now. */
  const renew = (trx: Transaction, id: string, { identifiers, preferredLanguage }: RegistrationAttempt) =>
    Registration.query(trx).patchAndFetchById(id, {
      expiresAt: until(trx, ttlMs),
      ...(identifiers.email === undefined ? {} : { email: identifiers.email }),
      ...(identifiers.phoneE164 === undefined ? {} : { phoneE164: identifiers.phoneE164 }),
      ...(preferredLanguage === undefined ? {} : { preferredLanguage }),
    });

  async function send(trx: Transaction, userId: string, recipients: readonly [Recipient, ...Recipient[]]) {
    const request = { userId, purpose, recipients } as const;
    const identifierHash = identifierHashOf(codes, request);
    const waitSeconds = await resendWait(trx, { identifierHash, purpose, limit: sendLimit });
    if (waitSeconds > 0) return waitSeconds;
    await issueOtp(trx, codes, request, sendLimit);
    return null;
  }

  return {
    /** The newest attempt on one of the identifiers, for comparing its password before there is another. */
    newest: (identifiers: Identifiers): Promise<Registration | undefined> =>
      database.inPlatform((trx) => findNewest(trx, identifiers)),

    /**
     * An attempt to become a user, and a code to the phone, or else by mail; while a code was sent a moment ago, that one stays
     * good. Nothing that another attempt holds is changed by it. Undefined where the newest attempt is not the one that the
     * password was compared with, and so has to be first. Throws when an identifier is proved by somebody.
     */
    register: (attempt: RegistrationAttempt): Promise<Registered | undefined> =>
      database.inPlatform(async (trx) => {
        const { identifiers, compared, isFinal = false } = attempt;
        await lockIdentifiers(trx, identifiers);
        await assertUnproved(trx, identifiers);
        const newest = await findNewest(trx, identifiers);
        const isCompared = newest?.registrationId === compared?.registrationId;
        if (!isCompared && !isFinal) return undefined;
        const isSame = isCompared && newest !== undefined && compared?.isSame === true;
        const { registrationId, userId } = isSame
          ? await renew(trx, newest.registrationId, attempt)
          : await add(trx, attempt);
        const [first, ...others] = recipientsOf(identifiers);
        if (!first) throw new Error('a registration has an identifier');
        const retryAfterSeconds = await send(trx, userId, [first, ...others]);
        await auditRequest(trx, { subjectId: userId });
        const registrationToken = tokens.derive(registrationId);
        const sentVia = await firstChannelOf(trx, [first, ...others]);
        return { userId, status: 'PENDING_VERIFICATION', sentVia, registrationToken, retryAfterSeconds };
      }),
  };
}

export type RegistrationRecords = ReturnType<typeof createRegistrationRecords>;

/** Attempts that have not ended, on any of the identifiers. */
export const liveOn = (trx: Transaction, { email, phoneE164 }: Identifiers) =>
  Registration.query(trx)
    .whereRaw('expires_at > now()')
    .where((either) => {
      if (email !== undefined) void either.orWhere({ email });
      if (phoneE164 !== undefined) void either.orWhere({ phoneE164 });
    });

async function findNewest(trx: Transaction, identifiers: Identifiers): Promise<Registration | undefined> {
  return liveOn(trx, identifiers).orderByRaw('created_at desc, registration_id desc').first();
}

/** Makes room for one more on each identifier. */
async function dropOldest(trx: Transaction, { email, phoneE164 }: Identifiers): Promise<void> {
  for (const identifiers of [{ email }, { phoneE164 }]) {
    if (Object.values(identifiers)[0] === undefined) continue;
    const kept = await liveOn(trx, identifiers)
      .orderByRaw('created_at desc, registration_id desc')
      .limit(maxRegistrations - 1);
    await Registration.query(trx)
      .delete()
      .where(Object.fromEntries(Object.entries(identifiers)))
      .whereNotIn(
        'registrationId',
        kept.map(({ registrationId }) => registrationId),
      );
  }
}

/** The pending user that attempts on the identifiers are of already, the phone's first; marked, so that no purge takes it. */
async function takeUpPendingUser(trx: Transaction, { email, phoneE164 }: Identifiers): Promise<string | undefined> {
  const { rows } = await trx.raw<{ rows: { userId: string }[] }>(
    `update identity.users set updated_at = now(), email = coalesce(:email::public.citext, email),
       phone_e164 = coalesce(:phoneE164::text, phone_e164)
     where user_id = (select u.user_id from identity.users u left join identity.registrations r on r.user_id = u.user_id
     where u.status = 'PENDING_VERIFICATION' and (r.phone_e164 = :phoneE164::text or r.email = :email::public.citext
       or u.phone_e164 = :phoneE164::text or u.email = :email::public.citext)
     order by (r.phone_e164 = :phoneE164::text) is true desc, r.registration_id is null, u.created_at, u.user_id limit 1)
     returning user_id as "userId"`,
    { email: email ?? null, phoneE164: phoneE164 ?? null },
  );
  return rows[0]?.userId;
}

const until = (trx: Transaction, ms: number): string =>
  trx.raw("now() + ? * interval '1 millisecond'", [ms]) as unknown as string;
