import type { DeadLetterDecision } from '../../../workflows/platform/dead-letter.contract.js';
import type { DeadLetterDecisionState } from '../../../workflows/platform/dead-letter-decision.contract.js';
import {
  bigInteger,
  listOf,
  orNull,
  text,
  textOf,
  timestamp,
  uuid,
  type Values,
} from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

const decisionView = {
  decision_id: uuid,
  decision: textOf<DeadLetterDecision>(),
  consumer_id: orNull(text),
  event_type: orNull(text),
  status: textOf<DeadLetterDecisionState>(),
  requested_at: timestamp,
  finished_at: orNull(timestamp),
  done: bigInteger,
  total: orNull(bigInteger),
};
type DeadLetterDecisionView = Values<typeof decisionView>;

const decisionById = query({
  name: 'deadLetterDecision.find',
  parameters: { accountId: uuid, decisionId: uuid },
  row: decisionView,
  text: `select ${listOf(decisionView, 'r')} from platform.dead_letter_decisions r
   where r.account_id = :accountId and r.decision_id = :decisionId`,
});

/** Decisions of an account, or of the platform. */
export const deadLetterDecisionViews = (scope: ReadScope) => ({
  async byId(decisionId: string): Promise<DeadLetterDecisionView | undefined> {
    const [found] = await scope.read(decisionById, { accountId: scope.accountId, decisionId });
    return found;
  },
});
