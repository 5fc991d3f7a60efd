import { ApplicationFailure } from '@temporalio/common';
import { crashPoint } from '../../db/connection/crash-point.js';
import { platformAccountId, type Database } from '../../db/connection/database.js';
import { otpStore } from '../../db/identity/code/otp.store.js';
import { otpViews } from '../../db/identity/code/otp.views.js';
import type { OtpCodes } from '../../db/secrets/otp-codes.js';
import type { Channel, DeliveryOutcome } from '../../workflows/identity/otp.contract.js';
import { codeText } from '../../workflows/identity/code-text.rules.js';
import { anonymousFailure } from '../shared/provider-failure.js';
import type { Senders } from '../shared/sender.js';

interface OtpActivityParts {
  database: Database;
  codes: OtpCodes;
  senders: Senders;
}

const platform = { accountId: platformAccountId };

export function createOtpActivities({ database, codes, senders }: OtpActivityParts) {
  const change = <Result>(work: (otps: ReturnType<typeof otpStore>) => Promise<Result>) =>
    database.transaction(platform, (scope) => work(otpStore(scope)));

  return {
    /**
     * Hands the code to a channel's provider, once for a token and channel: a retry finds the mark.
     * A retry after the provider took the code but before the mark sends the same message under the
     * same key.
     */
    async sendOtp(tokenId: string, channel: Channel): Promise<'SENT' | 'CLOSED'> {
      const sender = senders[channel];
      if (!sender) {
        const reason = 'CHANNEL_NOT_CONFIGURED';
        await change((otps) => otps.noteFailure(tokenId, channel, { reason }));
        throw ApplicationFailure.nonRetryable('nothing is configured for this channel', reason);
      }
      const delivery = await otpViews(database.reads(platform), codes).openDelivery(
        tokenId,
        channel,
      );
      if (!delivery) return 'CLOSED';
      if (delivery.isSent) return 'SENT';
      const { to, code, purpose, language } = delivery;
      const content = { ...codeText(purpose, language, code), otp: code };
      const providerId = await sender
        .send({ idempotencyKey: `otp/${tokenId}/${channel}`, to, ...content })
        .catch(async (error: unknown) => {
          const told = anonymousFailure(error);
          await change((otps) => otps.noteFailure(tokenId, channel, told));
          throw told.failure;
        });
      crashPoint('otp.before-mark');
      await change((otps) => otps.markSent(tokenId, channel, providerId));
      return 'SENT';
    },

    /** A repeat changes nothing. */
    recordOtpOutcome: (tokenId: string, outcome: DeliveryOutcome): Promise<void> =>
      change((otps) => otps.recordOutcome(tokenId, outcome)),
  };
}
