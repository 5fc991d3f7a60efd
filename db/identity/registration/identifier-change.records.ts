import type { Channel } from '../../../workflows/identity/otp.contract.js';
import type { Recipient } from '../../../workflows/identity/user.contract.js';
import { failure } from '../../../workflows/shared/failure.js';
import { appendAudit, platformContextOf, type AuditedRequest } from '../../audit/audit.js';
import {
  float,
  orNull,
  text,
  textOf,
  timestamp,
  uuid,
  type Values,
} from '../../connection/column.js';
import type { Database, WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { createOtpCodes } from '../../secrets/otp-codes.js';
import { emitEvents } from '../../shared/outbox.js';
import type { SendLimit } from '../code/otp.records.js';
import { securityNotice } from '../notice/notice.events.js';
import { noticeStore } from '../notice/notice.store.js';
import { identifiersOfRecipient, lockIdentifiers } from '../user/identifier.records.js';
import { requestCode } from './code-request.records.js';

const contacts = {
  email: orNull(text),
  phoneE164: orNull(text),
  emailVerifiedAt: orNull(timestamp),
  phoneVerifiedAt: orNull(timestamp),
};
type Contacts = Values<typeof contacts>;

const lockedContacts = query({
  name: 'identifierChange.contacts',
  parameters: { userId: uuid },
  row: contacts,
  text: `select u.email::text, u.phone_e164, u.email_verified_at, u.phone_verified_at
   from identity.users u where u.user_id = :userId and u.status = 'ACTIVE' for update`,
});

const newChange = query({
  name: 'identifierChange.request',
  parameters: { userId: uuid, channel: textOf<Channel>(), identifier: text, ttlMs: float },
  text: `insert into identity.identifier_changes as c (user_id, channel, identifier, expires_at)
   values (:userId, :channel, :identifier, now() + :ttlMs * interval '1 millisecond')
   on conflict (user_id, channel) do update set identifier = excluded.identifier, requested_at = now(),
     expires_at = excluded.expires_at`,
});

const changeEnd = query({
  name: 'identifierChange.end',
  parameters: { userId: uuid, channel: textOf<Channel>() },
  text: 'delete from identity.identifier_changes c where c.user_id = :userId and c.channel = :channel',
});

const emailEnd = query({
  name: 'identifierChange.removeEmail',
  parameters: { userId: uuid },
  text: 'update identity.users u set email = null, email_verified_at = null, updated_at = now() where u.user_id = :userId',
});

const phoneEnd = query({
  name: 'identifierChange.removePhone',
  parameters: { userId: uuid },
  text: 'update identity.users u set phone_e164 = null, phone_verified_at = null, updated_at = now() where u.user_id = :userId',
});

interface Owner {
  userId: string;
  principalId: string;
}

interface RequestedChange {
  isProved: boolean;
  sentVia: Channel | null;
}

interface IdentifierChangeParts {
  database: Pick<Database, 'transaction'>;
  otpKey: string;
  ttlMs: number;
  sendLimit: SendLimit;
}

const channelContacts = {
  EMAIL: (user: Contacts) => [user.email, user.emailVerifiedAt] as const,
  SMS: (user: Contacts) => [user.phoneE164, user.phoneVerifiedAt] as const,
};

/** A signed-in person's own address and number. */
export function createIdentifierChangeRecords(parts: IdentifierChangeParts) {
  const { database, otpKey, ttlMs, sendLimit } = parts;
  const codes = createOtpCodes(otpKey);
  return {
    /**
     * Asks for a code to the identifier, which takes the place of the one before with its proof. An
     * identifier of somebody else is answered alike, and gets no code.
     */
    request: (
      { userId, principalId }: Owner,
      recipient: Recipient,
      audited: AuditedRequest,
    ): Promise<RequestedChange> =>
      database.transaction(platformContextOf(audited), async (scope) => {
        const identifiers = identifiersOfRecipient(recipient);
        await lockIdentifiers(scope, identifiers);
        const user = await lockContacts(scope, userId);
        await appendAudit(scope, { ...audited, subjectId: userId, principalId });
        const [identifier, verifiedAt] = channelContacts[recipient.channel](user);
        if (identifier === recipient.identifier && verifiedAt !== null)
          return { isProved: true, sentVia: null };
        await scope.run(newChange, { userId, ...recipient, ttlMs });
        const sentVia = await requestCode(scope, { codes, sendLimit }, identifiers, userId);
        return { isProved: false, sentVia };
      }),

    /** The last proved identifier stays; a missing one is removed already. */
    remove: (
      { userId, principalId }: Owner,
      channel: Channel,
      audited: AuditedRequest,
    ): Promise<void> =>
      database.transaction(platformContextOf(audited), async (scope) => {
        const user = await lockContacts(scope, userId);
        const other = channelContacts[channel === 'EMAIL' ? 'SMS' : 'EMAIL'](user);
        const [identifier, verifiedAt] = channelContacts[channel](user);
        if (verifiedAt !== null && other[1] === null) throw failure('LAST_IDENTIFIER');
        await scope.run(changeEnd, { userId, channel });
        if (identifier !== null) {
          if (verifiedAt !== null) await tellChange(scope, userId);
          await scope.run(channel === 'EMAIL' ? emailEnd : phoneEnd, { userId });
        }
        await appendAudit(scope, { ...audited, subjectId: userId, principalId });
      }),
  };
}
export type IdentifierChangeRecords = ReturnType<typeof createIdentifierChangeRecords>;

async function lockContacts(scope: WriteScope, userId: string): Promise<Contacts> {
  const [user] = await scope.run(lockedContacts, { userId });
  if (!user) throw failure('UNAUTHENTICATED');
  return user;
}

/** Before the change: the notice goes to the addresses of the moment, too. */
async function tellChange(scope: WriteScope, userId: string): Promise<void> {
  const kind = 'IDENTIFIER_CHANGED';
  const [eventId] = await emitEvents(scope, [securityNotice(userId, kind)]);
  if (eventId !== undefined) await noticeStore(scope).open({ eventId, userId, kind });
}

/** Before a proved identifier takes the place of the one before, in the transaction of the proof. */
export async function completeChange(
  scope: WriteScope,
  userId: string,
  channel: Channel,
): Promise<void> {
  await tellChange(scope, userId);
  await scope.run(changeEnd, { userId, channel });
}
