import {
  ActivityFailure,
  CancellationScope,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import type { createOtpActivities } from '../../activities/identity/otp.activities.js';
import { closeOtp, type Channel, type DeliveryOutcome, type OtpInput } from './otp.contract.js';

type OtpActivities = ReturnType<typeof createOtpActivities>;

const { recordOtpOutcome } = proxyLocalActivities<OtpActivities>({ startToCloseTimeout: '5 seconds' });

/**
 * The delivery of one one-time code.
 *
 * Starts when a code is asked for; the token id is the workflow id, so asking twice delivers once.
 * Waits for a provider to take the code: the first channel's is tried again with growing pauses, then the next channel's.
 * Ends sent or failed, or closed as soon as the code is used, revoked or expired; the token's row says which.
 */
export async function otpWorkflow(input: OtpInput): Promise<DeliveryOutcome> {
  const delivery = new CancellationScope();
  setHandler(closeOtp, () => delivery.cancel());

  const outcome = await delivery
    .run(() => deliver(input))
    .catch((error: unknown) => {
      if (isCancellation(error)) return 'CLOSED' as const;
      throw error;
    });
  setCurrentDetails(`Ended: ${outcome}`);
  await recordOtpOutcome(input.tokenId, outcome);
  return outcome;
}

async function deliver({ tokenId, channels, channelBudgetMs }: OtpInput): Promise<DeliveryOutcome> {
  for (const channel of channels) {
    setCurrentDetails(`Waits for the ${channel} provider to take the code`);
    const outcome = await trySending(tokenId, channel, channelBudgetMs);
    if (outcome !== 'FAILED') return outcome;
  }
  return 'FAILED';
}

/** A provider that is down or slow is asked again until the channel's budget is spent; one that is not there, never. */
async function trySending(tokenId: string, channel: Channel, budgetMs: number): Promise<DeliveryOutcome> {
  const { sendOtp } = proxyActivities<OtpActivities>({
    startToCloseTimeout: '15 seconds',
    scheduleToCloseTimeout: budgetMs,
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '20 seconds' },
    summary: channel,
  });
  try {
    return await sendOtp(tokenId, channel);
  } catch (error) {
    if (error instanceof ActivityFailure && !isCancellation(error)) return 'FAILED';
    throw error;
  }
}
