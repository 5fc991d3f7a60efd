import {
  ActivityFailure,
  continueAsNew,
  isCancellation,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { DeadLetterDecisionActivities } from '../../activities/platform/dead-letter-decision.activities.js';
import { createDetails } from '../shared/details.js';
import { createPatience, proxyTransactions } from '../shared/transactions.js';
import { saidOf } from '../shared/trouble.js';
import type { DeadLetterDecisionInput } from './dead-letter-decision.contract.js';
import { describeProgress } from './dead-letter-decision.rules.js';

const { decideOnDeadLetters } = proxyActivities<DeadLetterDecisionActivities>({
  startToCloseTimeout: '10 minutes',
  // A set takes less than a tenth of a second: a worker silent for so long has died, and another
  // worker goes on.
  heartbeatTimeout: '10 seconds',
  scheduleToCloseTimeout: '24 hours',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  summary: 'decides on some thousands of the dead letters',
});
const transactions = proxyTransactions<
  Pick<DeadLetterDecisionActivities, 'failDeadLetterDecision'>
>({
  failDeadLetterDecision: 'records that the decision could not be carried out',
});

/**
 * A decision on all dead letters of an account, or on all of no account: redrive, skip or release.
 *
 * Starts when a person asks for the decision; the decision's id is the workflow's, so nothing is
 * decided a second time.
 * Waits for the dead letters to be gone through, some thousands a turn, each turn for a day at
 * most.
 * Ends done or failed; the decision's row holds the outcome and the count.
 */
export async function deadLetterDecisionWorkflow(input: DeadLetterDecisionInput): Promise<void> {
  const details = createDetails();
  const recording = createPatience(transactions, details, 'Recording');
  details.say('Counts the dead letters');
  try {
    for (let turn = 1; ; turn += 1) {
      const progress = await decideOnDeadLetters(input);
      const soFar = describeProgress(input.decision, progress);
      if (progress.status !== 'RUNNING') return details.say(`Ended: ${soFar}`);
      details.say(`So far ${soFar}`);
      // The row holds the progress, so the next run needs no state.
      if (turn === input.turnsPerRun || workflowInfo().continueAsNewSuggested)
        await continueAsNew<typeof deadLetterDecisionWorkflow>(input);
    }
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    details.say(`Ended: the decision could not be carried out (${saidOf(error)})`);
    await recording.untilDone(({ failDeadLetterDecision }) => failDeadLetterDecision(input));
  }
}
