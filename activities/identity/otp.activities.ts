import { ApplicationFailure } from '@temporalio/common';
import type { OtpStore } from '../../db/identity/otp.store.js';
import { crashPoint } from '../../db/shared/crash-point.js';
import type { Channel, DeliveryFailure, DeliveryOutcome } from '../../workflows/identity/otp.contract.js';
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
      if (!sender) {
        await otps.noteFailure(tokenId, channel, 'CHANNEL_NOT_CONFIGURED');
        throw ApplicationFailure.nonRetryable('nothing is configured for this channel', 'CHANNEL_NOT_CONFIGURED');
      }
      const delivery = await otps.findOpenDelivery(tokenId, channel);
      if (!delivery) return 'CLOSED';
      if (delivery.isSent) return 'SENT';
      const { to, code } = delivery;
      const content = { subject: 'Your Millrace code', text: textOf(code), otp: code };
      const providerId = await sender
        .send({ idempotencyKey: `otp/${tokenId}/${channel}`, to, ...content })
        .catch(async (error: unknown) => {
          const told = anonymous(error);
          await otps.noteFailure(tokenId, channel, told.reason, told.code);
          throw told.failure;
        });
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

interface ToldFailure {
  reason: DeliveryFailure;
  code: string | undefined;
  failure: ApplicationFailure;
}

/** A provider's words may hold an address or the text, and failures are kept in histories: only that it failed goes on. */
function anonymous(error: unknown): ToldFailure {
  const code = codeOf(error);
  if (error instanceof MessageRefused) {
    const reason = 'PROVIDER_REFUSED';
    return { reason, code, failure: ApplicationFailure.nonRetryable('the provider refuses it', reason) };
  }
  const reason = 'PROVIDER_FAILED';
  const said = `the provider did not take it${code === undefined ? '' : ` (${code})`}`;
  return { reason, code, failure: ApplicationFailure.retryable(said, reason) };
}

/** Such as ECONNREFUSED, which fetch has in its cause. */
function codeOf(error: unknown): string | undefined {
  const { code, cause } = Object(error) as { code?: unknown; cause?: unknown };
  const { code: deeper } = Object(cause) as { code?: unknown };
  return [code, deeper].find((each) => typeof each === 'string' && /^[A-Z0-9_]{1,40}$/.test(each)) as
    string | undefined;
}
