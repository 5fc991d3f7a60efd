import { ApplicationFailure } from '@temporalio/common';
import type { OtpStore } from '../../db/identity/otp.store.js';
import { crashPoint } from '../../db/shared/crash-point.js';
import type { Channel, DeliveryOutcome } from '../../workflows/identity/otp.contract.js';
import { otpLifetimeSeconds } from '../../workflows/identity/otp.rules.js';
import { MessageRefused, type Senders } from '../shared/sender.js';

export function createOtpActivities({ otps, senders }: { otps: OtpStore; senders: Senders }) {
  return {
    /**
     * Hands the code to a channel's provider, once for a token and channel: a retry finds the mark, and one that comes
     * between the provider's taking it and the mark sends the same message under the same key.
     */
    async sendOtp(tokenId: string, channel: Channel): Promise<'SENT' | 'CLOSED'> {
      const sender = senders[channel];
      if (!sender)
        throw ApplicationFailure.nonRetryable('nothing is configured for this channel', 'CHANNEL_NOT_CONFIGURED');
      const delivery = await otps.findOpenDelivery(tokenId, channel);
      if (!delivery) return 'CLOSED';
      if (delivery.isSent) return 'SENT';
      const { to, code } = delivery;
      const content = { subject: 'Your Millrace code', text: textOf(code), otp: code };
      const providerId = await sender
        .send({ idempotencyKey: `otp/${tokenId}/${channel}`, to, ...content })
        .catch(anonymous);
      crashPoint('otp.before-mark');
      await otps.markSent(tokenId, channel, providerId);
      return 'SENT';
    },

    /** Repeating it changes nothing. */
    recordOtpOutcome: (tokenId: string, outcome: DeliveryOutcome): Promise<void> =>
      otps.recordOutcome(tokenId, outcome),
  };
}

const textOf = (code: string): string =>
  `Your Millrace code is ${code}. It is valid for ${otpLifetimeSeconds / 60} minutes. Nobody of ours will ever ask you for it.`;

/** A provider's words may hold an address or the text, and failures are kept in histories: only that it failed goes on. */
function anonymous(error: unknown): never {
  if (error instanceof MessageRefused)
    throw ApplicationFailure.nonRetryable('the provider refuses it', 'PROVIDER_REFUSED');
  const { code } = Object(error) as { code?: unknown };
  throw ApplicationFailure.retryable(
    `the provider did not take it${typeof code === 'string' ? ` (${code})` : ''}`,
    'PROVIDER_FAILED',
  );
}
