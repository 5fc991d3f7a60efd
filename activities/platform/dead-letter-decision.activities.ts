import { Context, heartbeat } from '@temporalio/activity';
import type { DeadLetterDecisionStore } from '../../db/platform/dead-letter-decision.store.js';
import type {
  DeadLetterDecisionInput,
  DeadLetterDecisionProgress,
} from '../../workflows/platform/dead-letter-decision.contract.js';

/** A set is one transaction, and holds its lanes for less than a tenth of a second. */
const lettersASet = 500;
/** Then the workflow says how far it is. */
const setsATurn = 5;

export interface DeadLetterDecisionParts {
  decisions: DeadLetterDecisionStore;
  setSize?: number;
}

export function createDeadLetterDecisionActivities({ decisions, setSize = lettersASet }: DeadLetterDecisionParts) {
  return {
    /** Goes on where the last set that was committed ended, whoever committed it; so it may be run again, also beside itself. */
    async decideOnDeadLetters(input: DeadLetterDecisionInput): Promise<DeadLetterDecisionProgress> {
      const { cancellationSignal } = Context.current();
      for (let set = 1; ; set += 1) {
        const progress = await decisions.decideOnSet(input, setSize);
        if (progress.status !== 'RUNNING' || set === setsATurn) return progress;
        heartbeat(progress.done);
        cancellationSignal.throwIfAborted();
      }
    },

    failDeadLetterDecision: (input: DeadLetterDecisionInput): Promise<void> => decisions.fail(input),
  };
}
export type DeadLetterDecisionActivities = ReturnType<typeof createDeadLetterDecisionActivities>;
