import type { Database } from '../shared/database.js';
import { newId } from '../shared/id.js';

export interface MailboxMessage {
  idempotencyKey: string;
  channel: 'SMS' | 'EMAIL';
  to: string;
  subject: string;
  text: string;
  otp?: string;
}

/** What went out, kept for reading in development. */
export function createMailboxRecords({ database }: { database: Database }) {
  return {
    /** The same message twice is kept once. */
    keep: ({ idempotencyKey, channel, to, subject, text, otp }: MailboxMessage): Promise<void> =>
      database.inPlatform(async (trx) => {
        await trx.raw(
          `insert into platform.mailbox (message_id, idempotency_key, channel, recipient, subject, body, otp)
           values (?, ?, ?, ?, ?, ?, ?) on conflict (idempotency_key) do nothing`,
          [newId(), idempotencyKey, channel, to, subject, text, otp ?? null] as string[],
        );
      }),
  };
}

export type MailboxRecords = ReturnType<typeof createMailboxRecords>;
