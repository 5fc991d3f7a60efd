import type { MailboxRecords } from '../../db/notifications/mailbox.records.js';
import {
  messageChannels,
  type MessageChannel,
} from '../../workflows/identity/notice/message.contract.js';
import type { Sender, Senders } from './sender.js';

/**
 * In development every sent message also lands in the mailbox, and the mailbox stands in for a
 * provider not configured. Composed in development only; production has no mailbox.
 */
export function withMailbox(senders: Senders, mailbox: MailboxRecords): Senders {
  return Object.fromEntries(
    messageChannels.map((channel) => [channel, keepCopy(channel, senders[channel], mailbox)]),
  );
}

function keepCopy(
  channel: MessageChannel,
  provider: Sender | undefined,
  mailbox: MailboxRecords,
): Sender {
  return {
    async send(message) {
      // The mailbox comes first: after the provider, a failure here would have the provider send
      // the message again.
      await mailbox.keep({ channel, ...message });
      return (await provider?.send(message)) ?? message.idempotencyKey;
    },
  };
}
