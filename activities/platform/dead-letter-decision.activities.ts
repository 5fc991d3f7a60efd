import { Context, heartbeat } from '@temporalio/activity';
import { platformAccountId, type Database } from '../../db/connection/database.js';
import {
  deadLetterDecisionStore,
  type DeadLetterDecisionStore,
} from '../../db/platform/webhook/dead-letter-decision.store.js';
import type {
  DeadLetterDecisionInput,
  DeadLetterDecisionProgress,
} from '../../workflows/platform/dead-letter-decision.contract.js';

/** A set is a transaction and holds the lanes for less than a tenth of a second. */
const lettersASet = 500;
/** After a turn the workflow reports progress. */
const setsATurn = 5;

interface DeadLetterDecisionParts {
  database: Pick<Database, 'transaction'>;
  setSize?: number;
}

export function createDeadLetterDecisionActivities({
  database,
  setSize = lettersASet,
}: DeadLetterDecisionParts) {
  const change = <Result>(
    { accountId }: DeadLetterDecisionInput,
    work: (decisions: DeadLetterDecisionStore) => Promise<Result>,
  ): Promise<Result> =>
    database.transaction({ accountId: accountId ?? platformAccountId }, (scope) =>
      work(deadLetterDecisionStore(scope)),
    );

  return {
    /**
     * Goes on after the last committed set of any worker; safe to repeat, and to run side by side.
     */
    async decideOnDeadLetters(input: DeadLetterDecisionInput): Promise<DeadLetterDecisionProgress> {
      const { cancellationSignal } = Context.current();
      for (let set = 1; ; set += 1) {
        const progress = await change(input, (decisions) =>
          decisions.decideOnSet(input.decisionId, setSize),
        );
        if (progress.status !== 'RUNNING' || set === setsATurn) return progress;
        heartbeat(progress.done);
        cancellationSignal.throwIfAborted();
      }
    },

    failDeadLetterDecision: (input: DeadLetterDecisionInput): Promise<void> =>
      change(input, (decisions) => decisions.fail(input.decisionId)),
  };
}
export type DeadLetterDecisionActivities = ReturnType<typeof createDeadLetterDecisionActivities>;
