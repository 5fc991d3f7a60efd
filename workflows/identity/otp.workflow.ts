import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  patched,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { createOtpActivities } from '../../activities/identity/otp.activities.js';
import { createDetails, type Details } from '../shared/details.js';
import { createPatience, proxyTransactions } from '../shared/transactions.js';
import { closeOtp, type Channel, type DeliveryOutcome, type OtpInput } from './otp.contract.js';
import { otpLifetimeSeconds } from './otp.rules.js';

type OtpActivities = ReturnType<typeof createOtpActivities>;

const transactions = proxyTransactions<Pick<OtpActivities, 'recordOtpOutcome'>>({
  recordOtpOutcome: 'records how the delivery has ended',
});

/**
 * The delivery of a one-time code.
 *
 * Starts when a user asks for a code; the token id is the workflow id, so asking twice delivers
 * once.
 * Waits for a provider to take the code: the first channel's is tried again with growing pauses,
 * then the next channel's, in turns until the code is no longer of use.
 * Ends sent or failed, or closed as soon as the code is used, revoked or expired; the token's row
 * holds the outcome.
 */
export async function otpWorkflow(input: OtpInput): Promise<DeliveryOutcome> {
  const delivery = new CancellationScope();
  const details = createDetails();
  const recording = createPatience(transactions, details, 'Recording');
  setHandler(closeOtp, () => delivery.cancel());

  const outcome = await delivery
    .run(() => deliver(input, details))
    .catch((error: unknown) => {
      if (isCancellation(error)) return 'CLOSED' as const;
      throw error;
    });
  details.say(`Ended: ${outcome}`);
  await recording.untilDone(({ recordOtpOutcome }) => recordOtpOutcome(input.tokenId, outcome));
  return outcome;
}

async function deliver(
  { tokenId, channels, channelBudgetMs }: OtpInput,
  details: Details,
): Promise<DeliveryOutcome> {
  const expiredMs = workflowInfo().startTime.getTime() + otpLifetimeSeconds * 1_000;
  let open = channels;
  let hasFailed = false;
  while (open.length > 0) {
    const refusing = new Set<Channel>();
    for (const channel of open) {
      details.say(`Waits for the ${channel} provider to take the code`);
      const outcome = await trySending(tokenId, channel, channelBudgetMs, details);
      if (outcome === 'SENT') return 'SENT';
      // A signal closes a used or revoked code; a code neither taken nor closed by now has expired.
      if (outcome === 'CLOSED') return hasFailed ? 'FAILED' : 'CLOSED';
      hasFailed = true;
      if (outcome === 'REFUSED') refusing.add(channel);
    }
    open = open.filter((channel) => !refusing.has(channel));
    if (Date.now() >= expiredMs || !patched('providers-in-turns')) break;
  }
  return 'FAILED';
}

/**
 * AWAY: the provider was away until the channel's budget was spent; REFUSED: the provider will
 * never take the code.
 */
async function trySending(
  tokenId: string,
  channel: Channel,
  budgetMs: number,
  details: Details,
): Promise<'SENT' | 'CLOSED' | 'AWAY' | 'REFUSED'> {
  const { sendOtp } = proxyActivities<OtpActivities>({
    startToCloseTimeout: '15 seconds',
    scheduleToCloseTimeout: budgetMs,
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '20 seconds' },
    summary: `hands the code to the ${channel} provider`,
  });
  try {
    const outcome = await sendOtp(tokenId, channel);
    details.fail(channel, undefined);
    return outcome;
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    const { cause } = error;
    details.fail(
      channel,
      cause instanceof ApplicationFailure ? `${cause.message}.` : 'no answer in time.',
    );
    return cause instanceof ApplicationFailure && cause.nonRetryable === true ? 'REFUSED' : 'AWAY';
  }
}
