import type { MessageChannel } from '../../workflows/identity/notice/message.contract.js';
import { orNull, text, textOf, uuid } from '../connection/column.js';
import type { StatementScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { newId } from '../shared/id.js';

interface MailboxMessage {
  idempotencyKey: string;
  channel: MessageChannel;
  to: string;
  subject: string;
  text: string;
  otp?: string;
  inviteToken?: string;
}

const keepMessage = query({
  name: 'mailbox.keep',
  parameters: {
    messageId: uuid,
    idempotencyKey: text,
    channel: textOf<MessageChannel>(),
    to: text,
    subject: text,
    text,
    otp: orNull(text),
    inviteToken: orNull(text),
  },
  text: `insert into notifications.mailbox (message_id, idempotency_key, channel, recipient, subject, body, otp, invite_token)
   values (:messageId, :idempotencyKey, :channel, :to, :subject, :text, :otp, :inviteToken) on conflict (idempotency_key) do nothing`,
});

/** Sent mail, SMS and pushes, kept for reading in development. */
export const mailboxRecords = (scope: StatementScope) => ({
  /** The same message twice is kept once. */
  async keep({ otp, inviteToken, ...message }: MailboxMessage): Promise<void> {
    await scope.run(keepMessage, {
      ...message,
      messageId: newId(),
      otp: otp ?? null,
      inviteToken: inviteToken ?? null,
    });
  },
});

export type MailboxRecords = ReturnType<typeof mailboxRecords>;
