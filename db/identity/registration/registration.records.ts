import type { Channel } from '../../../workflows/identity/otp.contract.js';
import type {
  Identifiers,
  Recipient,
  UserStatus,
} from '../../../workflows/identity/user.contract.js';
import { maxRegistrations, recipientsOf } from '../../../workflows/identity/user.rules.js';
import { appendAudit, platformContextOf, type AuditedRequest } from '../../audit/audit.js';
import { bytes, float, integer, orNull, text, uuid } from '../../connection/column.js';
import { platformAccountId, type Database, type WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { createOtpCodes, type OtpCodes } from '../../secrets/otp-codes.js';
import {
  createRegistrationTokens,
  type RegistrationTokens,
} from '../../secrets/registration-tokens.js';
import { newId } from '../../shared/id.js';
import { firstChannelOf } from '../code/code-channel.records.js';
import { identifierHashOf, issueOtp, resendWait, type SendLimit } from '../code/otp.records.js';
import {
  assertUnproved,
  identifierColumns,
  identifierParameters,
  lockIdentifiers,
} from '../user/identifier.records.js';
import { addPendingUser } from '../user/user.records.js';
import { registrationViews, type Registration } from './registration.views.js';

export interface RegistrationAttempt {
  identifiers: Identifiers;
  /** Of the password, for another attempt. */
  passwordHash: string;
  preferredLanguage?: string | undefined;
  /** The newest attempt, compared with the password, and whether the passwords are the same. */
  compared?: { registrationId: string; isSame: boolean } | undefined;
  /** The invite that the verified person joins by; the code goes to the invite's target alone. */
  invite?: { accountId: string; inviteId: string; target: Recipient } | undefined;
  /** Whether an attempt may be added without a comparison, as after many at once. */
  isFinal?: boolean;
}

export interface Registered {
  userId: string;
  status: UserStatus;
  /** The first channel to try; null without a provider. */
  sentVia: Channel | null;
  registrationToken: string;
  /** Seconds until another code may be sent; null while a code is under way. */
  retryAfterSeconds: number | null;
}

interface RegistrationSettings {
  ttlMs: number;
  sendLimit: SendLimit;
}
interface RegistrationRecordParts extends RegistrationSettings {
  database: Pick<Database, 'reads' | 'transaction'>;
  otpKey: string;
}

const purpose = 'VERIFY_IDENTIFIER' as const;

export function createRegistrationRecords({
  database,
  otpKey,
  ttlMs,
  sendLimit,
}: RegistrationRecordParts) {
  const parts = {
    ttlMs,
    sendLimit,
    codes: createOtpCodes(otpKey),
    tokens: createRegistrationTokens(otpKey),
  };
  return {
    /**
     * The newest attempt on the identifiers, for comparing the password before another is added.
     */
    newest: async (identifiers: Identifiers): Promise<Registration | undefined> => {
      const scope = database.reads({ accountId: platformAccountId });
      return (await registrationViews(scope).live(identifiers))[0];
    },

    /**
     * Registers an attempt to become a user and sends a code to the phone, else by mail; shortly
     * after a code was sent, the former code stays good. Other attempts lose nothing. Undefined
     * when the newest attempt is not the attempt compared with the password: compare first. Throws
     * for a proved identifier.
     */
    register: (
      attempt: RegistrationAttempt,
      audited: AuditedRequest,
    ): Promise<Registered | undefined> =>
      database.transaction(platformContextOf(audited), async (scope) => {
        const registered = await registerIn(scope, parts, attempt);
        if (registered) await appendAudit(scope, { ...audited, subjectId: registered.userId });
        return registered;
      }),
  };
}

export type RegistrationRecords = ReturnType<typeof createRegistrationRecords>;

interface Parts extends RegistrationSettings {
  codes: OtpCodes;
  tokens: RegistrationTokens;
}

async function registerIn(
  scope: WriteScope,
  parts: Parts,
  attempt: RegistrationAttempt,
): Promise<Registered | undefined> {
  const { identifiers, compared, isFinal = false } = attempt;
  await lockIdentifiers(scope, identifiers);
  await assertUnproved(scope, identifiers);
  const [newest] = await registrationViews(scope).live(identifiers);
  const isCompared = newest?.registrationId === compared?.registrationId;
  if (!isCompared && !isFinal) return undefined;
  const isSame = isCompared && newest !== undefined && compared?.isSame === true;
  if (isSame) await renew(scope, newest.registrationId, parts, attempt);
  const { registrationId, userId } = isSame ? newest : await add(scope, parts, attempt);
  const [first, ...others] = attempt.invite ? [attempt.invite.target] : recipientsOf(identifiers);
  if (!first) throw new Error('a registration has an identifier');
  const recipients = [first, ...others] as const;
  return {
    userId,
    status: 'PENDING_VERIFICATION',
    retryAfterSeconds: await send(scope, parts, userId, recipients),
    sentVia: await firstChannelOf(scope, recipients),
    registrationToken: parts.tokens.derive(registrationId),
  };
}

/** Returns the wait for another code; null while a code is under way. */
async function send(
  scope: WriteScope,
  { codes, sendLimit }: Parts,
  userId: string,
  recipients: readonly [Recipient, ...Recipient[]],
): Promise<number | null> {
  const request = { userId, purpose, recipients };
  const identifierHash = identifierHashOf(codes, request);
  const waitSeconds = await resendWait(scope, { identifierHash, purpose }, sendLimit);
  if (waitSeconds > 0) return waitSeconds;
  await issueOtp(scope, codes, request, sendLimit);
  return null;
}

const newRegistration = query({
  name: 'registration.add',
  parameters: {
    registrationId: uuid,
    userId: uuid,
    ...identifierParameters,
    passwordHash: text,
    preferredLanguage: orNull(text),
    tokenHash: bytes,
    inviteAccountId: orNull(uuid),
    inviteId: orNull(uuid),
    ttlMs: float,
  },
  text: `insert into identity.registrations
     (registration_id, user_id, email, phone_e164, password_hash, preferred_language, token_hash, invite_account_id, invite_id, expires_at)
   values (:registrationId, :userId, :email::public.citext, :phoneE164, :passwordHash, coalesce(:preferredLanguage, 'en'),
     :tokenHash, :inviteAccountId, :inviteId, now() + :ttlMs * interval '1 millisecond')`,
});

async function add(
  scope: WriteScope,
  { tokens, ttlMs }: Parts,
  { identifiers, passwordHash, preferredLanguage, invite }: RegistrationAttempt,
): Promise<Pick<Registration, 'registrationId' | 'userId'>> {
  await dropOldest(scope, identifiers);
  const columns = identifierColumns(identifiers);
  const [pending] = await scope.run(pendingUser, columns);
  const userId = pending?.userId ?? (await addPendingUser(scope, identifiers));
  const registrationId = newId();
  await scope.run(newRegistration, {
    registrationId,
    userId,
    ...columns,
    passwordHash,
    preferredLanguage: preferredLanguage ?? null,
    tokenHash: tokens.hash(tokens.derive(registrationId)),
    inviteAccountId: invite?.accountId ?? null,
    inviteId: invite?.inviteId ?? null,
    ttlMs,
  });
  return { registrationId, userId };
}

const renewal = query({
  name: 'registration.renew',
  parameters: {
    registrationId: uuid,
    ...identifierParameters,
    preferredLanguage: orNull(text),
    inviteAccountId: orNull(uuid),
    inviteId: orNull(uuid),
    ttlMs: float,
  },
  text: `update identity.registrations r set expires_at = now() + :ttlMs * interval '1 millisecond',
     email = coalesce(:email::public.citext, r.email), phone_e164 = coalesce(:phoneE164, r.phone_e164),
     preferred_language = coalesce(:preferredLanguage, r.preferred_language), 
     invite_account_id = coalesce(:inviteAccountId, r.invite_account_id), invite_id = coalesce(:inviteId, r.invite_id)
   where r.registration_id = :registrationId`,
});

/** Updates the attempt with the same password by the new data. */
async function renew(
  scope: WriteScope,
  registrationId: string,
  { ttlMs }: Parts,
  { identifiers, preferredLanguage, invite }: RegistrationAttempt,
): Promise<void> {
  const columns = identifierColumns(identifiers);
  await scope.run(renewal, {
    registrationId,
    ...columns,
    preferredLanguage: preferredLanguage ?? null,
    inviteAccountId: invite?.accountId ?? null,
    inviteId: invite?.inviteId ?? null,
    ttlMs,
  });
}

const surplusOf = (column: 'email' | 'phone_e164', value: string): string =>
  `delete from identity.registrations r where r.${column} = ${value} and r.registration_id not in (
     select l.registration_id from identity.registrations l where l.expires_at > now() and l.${column} = ${value}
     order by l.created_at desc, l.registration_id desc limit :room)`;

const surplusByEmail = query({
  name: 'registration.dropByEmail',
  parameters: { email: text, room: integer },
  text: surplusOf('email', ':email::public.citext'),
});

const surplusByPhone = query({
  name: 'registration.dropByPhone',
  parameters: { phoneE164: text, room: integer },
  text: surplusOf('phone_e164', ':phoneE164'),
});

/** Makes room for another attempt on each identifier. */
async function dropOldest(scope: WriteScope, { email, phoneE164 }: Identifiers): Promise<void> {
  const room = maxRegistrations - 1;
  if (email !== undefined) await scope.run(surplusByEmail, { email, room });
  if (phoneE164 !== undefined) await scope.run(surplusByPhone, { phoneE164, room });
}

/**
 * The pending user of existing attempts on the identifiers, the phone's first; marked, so that no
 * purge takes the user.
 */
const pendingUser = query({
  name: 'registration.takeUpPendingUser',
  parameters: identifierParameters,
  row: { userId: uuid },
  text: `update identity.users set updated_at = now(), email = coalesce(:email::public.citext, email),
     phone_e164 = coalesce(:phoneE164, phone_e164)
   where user_id = (select u.user_id from identity.users u left join identity.registrations r on r.user_id = u.user_id
     where u.status = 'PENDING_VERIFICATION' and (r.phone_e164 = :phoneE164 or r.email = :email::public.citext
       or u.phone_e164 = :phoneE164 or u.email = :email::public.citext)
     order by (r.phone_e164 = :phoneE164) is true desc, r.registration_id is null, u.created_at, u.user_id limit 1)
   returning user_id`,
});
