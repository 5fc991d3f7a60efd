import type { AccountRole } from '../../../workflows/identity/account.contract.js';
import type {
  InviteStanding,
  InviteStatus,
} from '../../../workflows/identity/invite/invite.contract.js';
import { remindAtMs } from '../../../workflows/identity/invite/invite.rules.js';
import type { Channel } from '../../../workflows/identity/otp.contract.js';
import {
  boolean,
  integer,
  orNull,
  text,
  textOf,
  timestamp,
  uuid,
} from '../../connection/column.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { emitEvents } from '../../shared/outbox.js';
import { inviteEvent, orgInviteExpired } from './invite.events.js';

const standing = query({
  name: 'invite.standing',
  parameters: { inviteId: uuid },
  row: {
    status: textOf<InviteStatus>(),
    sendingNo: integer,
    sentNo: integer,
    isReminded: boolean,
    createdAt: timestamp,
    expiresAt: timestamp,
  },
  text: `select i.status, i.sending_no, i.sent_no, i.reminded_at is not null as is_reminded, i.created_at, i.expires_at
   from identity.invites i where i.invite_id = :inviteId`,
});

const message = query({
  name: 'invite.message',
  parameters: { inviteId: uuid },
  row: {
    channel: textOf<Channel>(),
    identifier: text,
    role: textOf<AccountRole>(),
    language: text,
    organisation: text,
    sentNo: integer,
    isReminded: boolean,
  },
  text: `select i.channel, i.identifier, i.role, i.language, coalesce(a.display_name, a.name) as organisation, i.sent_no,
     i.reminded_at is not null as is_reminded
   from identity.invites i join identity.accounts a on a.account_id = i.account_id
   where i.invite_id = :inviteId and i.status = 'PENDING' and i.expires_at > now()`,
});

const sentMark = query({
  name: 'invite.markSent',
  parameters: { inviteId: uuid, sendingNo: orNull(integer) },
  text: `update identity.invites i set sent_no = greatest(i.sent_no, coalesce(:sendingNo, 0)),
     reminded_at = case when :sendingNo is null then coalesce(i.reminded_at, now()) else i.reminded_at end
   where i.invite_id = :inviteId`,
});

const expiry = query({
  name: 'invite.expire',
  parameters: { inviteId: uuid },
  row: { accountId: uuid, role: textOf<AccountRole>() },
  text: `update identity.invites i set status = 'EXPIRED'
   where i.invite_id = :inviteId and i.status = 'PENDING' returning i.account_id, i.role`,
});

/** For the invite's workflow, in a scope of the platform. Each write may be repeated. */
export const inviteStore = (scope: WriteScope) => ({
  /** Undefined for a missing invite. */
  async standing(inviteId: string): Promise<InviteStanding | undefined> {
    const [row] = await scope.read(standing, { inviteId });
    if (!row) return undefined;
    const { status, sendingNo, sentNo, isReminded } = row;
    const [createdAtMs, expiresAtMs] = [Date.parse(row.createdAt), Date.parse(row.expiresAt)];
    const reminder = isReminded ? {} : { remindAtMs: remindAtMs(createdAtMs, expiresAtMs) };
    return { status, expiresAtMs, sendingNo, sentNo, ...reminder };
  },

  /** The content of a message of an open invite. */
  async message(inviteId: string) {
    const [row] = await scope.read(message, { inviteId });
    return row;
  },

  /** A provider took a message, or the reminder for null. */
  async markSent(inviteId: string, sendingNo: number | null): Promise<void> {
    await scope.run(sentMark, { inviteId, sendingNo });
  },

  /** Ends an invite still open, with the event. */
  async expire(inviteId: string): Promise<void> {
    const [expired] = await scope.run(expiry, { inviteId });
    if (!expired) return;
    const { accountId } = expired;
    await scope.as({ accountId }, (step) =>
      emitEvents(step, [inviteEvent(orgInviteExpired, { ...expired, inviteId })]),
    );
  },
});
