import type { MessageChannel } from '../../workflows/identity/notice/message.contract.js';
import { integer, orNull, text, textOf, timestamp, type Values } from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';

const mailboxView = {
  channel: textOf<MessageChannel>(),
  to: text,
  subject: text,
  text,
  sent_at: timestamp,
  otp: orNull(text),
  invite_token: orNull(text),
};
type MailboxRow = Values<typeof mailboxView>;
/** A sent message for the page of the mailbox. */
type MailboxItem = Omit<MailboxRow, 'otp' | 'invite_token'> & {
  otp?: string;
  invite_token?: string;
};

const newestMessages = query({
  name: 'mailbox.newest',
  parameters: { recipient: orNull(text), limit: integer },
  row: mailboxView,
  text: `select m.channel, m.recipient::text as "to", m.subject, m.body as text, m.sent_at, m.otp, m.invite_token
   from notifications.mailbox m where :recipient is null or m.recipient = :recipient::public.citext
   order by m.message_id desc limit :limit`,
});

export const mailboxViews = (scope: ReadScope) => ({
  /** Newest first; to anyone when no recipient is named. */
  async list(recipient: string | undefined, limit: number): Promise<MailboxItem[]> {
    const rows = await scope.read(newestMessages, { recipient: recipient ?? null, limit });
    return rows.map(({ otp, invite_token: inviteToken, ...item }) => ({
      ...item,
      ...(otp === null ? {} : { otp }),
      ...(inviteToken === null ? {} : { invite_token: inviteToken }),
    }));
  },
});
