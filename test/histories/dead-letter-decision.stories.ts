import { ApplicationFailure } from '@temporalio/common';
import type { DeadLetterDecisionActivities } from '../../activities/platform/dead-letter-decision.activities.js';
import { newId } from '../../db/shared/id.js';
import {
  deadLetterDecisionWorkflowId,
  deadLetterDecisionWorkflowType,
  type DeadLetterDecisionInput,
} from '../../workflows/platform/dead-letter-decision.contract.js';
import type { TestTemporal } from '../support/servers/temporal.js';
import type { Played } from './recording.js';

const total = 3_400;

/**
 * Decisions: an account's with two turns, an account's with a run for each turn, the platform's
 * with one turn, and a decision that cannot be carried out.
 */
export async function play(temporal: TestTemporal): Promise<Played> {
  const [long, continued, hopeless] = [newId(), newId(), newId()];
  const begun = new Set<string>();
  const activities: DeadLetterDecisionActivities = {
    decideOnDeadLetters: async ({ decisionId }) => {
      if (decisionId === hopeless) throw ApplicationFailure.nonRetryable('hopeless', 'HOPELESS');
      const isHalf = [long, continued].includes(decisionId) && !begun.has(decisionId);
      begun.add(decisionId);
      return isHalf
        ? { status: 'RUNNING', done: 2_500, total }
        : { status: 'DONE', done: total, total };
    },
    failDeadLetterDecision: async () => {},
  };
  const { taskQueue } = await temporal.startWorker('platform', activities);
  const run = (input: DeadLetterDecisionInput) =>
    temporal.client.workflow.start(deadLetterDecisionWorkflowType, {
      taskQueue,
      workflowId: deadLetterDecisionWorkflowId(input.decisionId),
      args: [input],
    });
  const inTwoRuns = await run({
    accountId: newId(),
    decisionId: continued,
    decision: 'redrive',
    turnsPerRun: 1,
  });
  const played = {
    continuedAsNew: temporal.client.workflow.getHandle(
      inTwoRuns.workflowId,
      inTwoRuns.firstExecutionRunId,
    ),
    continued: inTwoRuns,
    done: await run({ accountId: newId(), decisionId: long, decision: 'redrive' }),
    doneByPlatform: await run({ accountId: null, decisionId: newId(), decision: 'skip' }),
    failed: await run({ accountId: newId(), decisionId: hopeless, decision: 'release' }),
  };
  await Promise.all(Object.values(played).map((handle) => handle.result()));
  return played;
}
