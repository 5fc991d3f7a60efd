import type { DeadLetterDecision } from '../../workflows/platform/dead-letter.contract.js';
import type { DeadLetterDecisionState } from '../../workflows/platform/dead-letter-decision.contract.js';
import { platformAccountId } from '../shared/context.js';
import { statement, type Reader } from '../shared/database.js';

export interface DeadLetterDecisionView {
  decision_id: string;
  decision: DeadLetterDecision;
  consumer_id: string | null;
  event_type: string | null;
  status: DeadLetterDecisionState;
  requested_at: string;
  finished_at: string | null;
  done: number;
  total: number | null;
}

const find = statement(
  'deadLetterDecision.find',
  `select r.decision_id, r.decision, r.consumer_id, r.event_type, r.status, r.requested_at, r.finished_at, r.done, r.total
   from platform.dead_letter_decisions r where r.account_id = $1 and r.decision_id = $2`,
);

/** Decisions of an account; of the platform where it is null. */
export function createDeadLetterDecisionViews(read: Reader) {
  return {
    async find(accountId: string | null, decisionId: string): Promise<DeadLetterDecisionView | undefined> {
      const of = accountId ?? platformAccountId;
      return (await read.inAccount<DeadLetterDecisionView>(of, find, [of, decisionId]))[0];
    },
  };
}
