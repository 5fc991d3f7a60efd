import type { MailboxRecords } from '../../db/platform/mailbox.records.js';
import { channels, type Channel } from '../../workflows/identity/otp.contract.js';
import type { Sender, Senders } from './sender.js';

/**
 * In development everything that goes out also lands in the mailbox, which stands in for a provider that is not
 * configured. Composed in development only; production has no mailbox.
 */
export function withMailbox(senders: Senders, mailbox: MailboxRecords): Senders {
  return Object.fromEntries(channels.map((channel) => [channel, keepCopy(channel, senders[channel], mailbox)]));
}

function keepCopy(channel: Channel, provider: Sender | undefined, mailbox: MailboxRecords): Sender {
  return {
    async send(message) {
      // Kept first: kept after, a failure here would have the provider send it again.
      await mailbox.keep({ channel, ...message });
      return (await provider?.send(message)) ?? message.idempotencyKey;
    },
  };
}
