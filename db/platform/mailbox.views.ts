import { statement, type Reader } from '../shared/database.js';

export interface MailboxItem {
  channel: 'SMS' | 'EMAIL';
  to: string;
  subject: string;
  text: string;
  sent_at: string;
  otp?: string;
}

const newestMessages = statement(
  'mailbox.newest',
  `select m.channel, m.recipient::text as "to", m.subject, m.body as text, m.sent_at, m.otp
   from platform.mailbox m where $1::text is null or m.recipient = $1::public.citext
   order by m.message_id desc limit $2`,
);

export function createMailboxViews(read: Reader) {
  return {
    /** Newest first; to anyone when no recipient is named. */
    async list(recipient: string | undefined, limit: number): Promise<MailboxItem[]> {
      const rows = await read.inPlatform<MailboxItem & { otp: string | null }>(newestMessages, [
        recipient ?? null,
        limit,
      ]);
      return rows.map(({ otp, ...item }) => (otp === null ? item : { ...item, otp }));
    },
  };
}

export type MailboxViews = ReturnType<typeof createMailboxViews>;
