import type {
  NoticeKind,
  NoticeOutcome,
} from '../../../workflows/identity/notice/notice.contract.js';
import type { Channel } from '../../../workflows/identity/otp.contract.js';
import { boolean, text, textOf, uuid } from '../../connection/column.js';
import type { StatementScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

const newNotice = query({
  name: 'notice.open',
  parameters: { eventId: uuid, userId: uuid, kind: textOf<NoticeKind>() },
  text: `with known as (select u.user_id from identity.users u where u.user_id = :userId)
   insert into identity.notices (event_id, user_id, kind) select :eventId, k.user_id, :kind from known k
   on conflict (event_id) do nothing`,
});

/**
 * Mail to a proved address always; a text message where there is no proved address, or where the
 * person wants security's messages so in some account.
 */
const newMessages = query({
  name: 'notice.address',
  parameters: { eventId: uuid },
  text: `insert into identity.notice_messages (event_id, channel, identifier)
   select n.event_id, r.channel, r.identifier from identity.notices n join identity.users u on u.user_id = n.user_id
   cross join lateral (
     select 'EMAIL', u.email::text where u.email_verified_at is not null
     union all
     select 'SMS', u.phone_e164 where u.phone_verified_at is not null and (u.email_verified_at is null
       or exists (select 1 from identity.notification_preferences p
         where p.principal_id = u.principal_id and p.toggles ->> 'security.sms' = 'true'))
   ) as r(channel, identifier)
   where n.event_id = :eventId and n.status = 'QUEUED' order by 2
   on conflict (event_id, channel, identifier) do nothing`,
});

const messageIds = query({
  name: 'notice.messages',
  parameters: { eventId: uuid },
  row: { messageId: uuid },
  text: `select m.message_id from identity.notice_messages m where m.event_id = :eventId order by m.message_id`,
});

const message = query({
  name: 'notice.message',
  parameters: { eventId: uuid, messageId: uuid },
  row: {
    channel: textOf<Channel>(),
    identifier: text,
    isSent: boolean,
    kind: textOf<NoticeKind>(),
    language: text,
  },
  text: `select m.channel, m.identifier, m.sent_at is not null as is_sent, n.kind, u.preferred_language as language
   from identity.notice_messages m join identity.notices n on n.event_id = m.event_id
   join identity.users u on u.user_id = n.user_id
   where m.event_id = :eventId and m.message_id = :messageId`,
});

const sentMark = query({
  name: 'notice.markSent',
  parameters: { eventId: uuid, messageId: uuid },
  text: `update identity.notice_messages m set sent_at = now()
   where m.event_id = :eventId and m.message_id = :messageId and m.sent_at is null`,
});

const firstOutcome = query({
  name: 'notice.recordOutcome',
  parameters: { eventId: uuid, outcome: textOf<NoticeOutcome>() },
  text: `update identity.notices n set status = :outcome where n.event_id = :eventId and n.status = 'QUEUED'`,
});

/** In a scope of the platform. Each write may be repeated. */
export const noticeStore = (scope: StatementScope) => ({
  /** Fixes the recipients; addresses noted with the change stay. A deleted user has no recipients. */
  async open(notice: { eventId: string; userId: string; kind: NoticeKind }): Promise<void> {
    await scope.run(newNotice, notice);
    await scope.run(newMessages, { eventId: notice.eventId });
  },

  async messageIds(eventId: string): Promise<string[]> {
    const rows = await scope.read(messageIds, { eventId });
    return rows.map(({ messageId }) => messageId);
  },

  async message(eventId: string, messageId: string) {
    const [row] = await scope.read(message, { eventId, messageId });
    return row;
  },

  async markSent(eventId: string, messageId: string): Promise<void> {
    await scope.run(sentMark, { eventId, messageId });
  },

  /** The first outcome stays. */
  async recordOutcome(eventId: string, outcome: NoticeOutcome): Promise<void> {
    await scope.run(firstOutcome, { eventId, outcome });
  },
});
