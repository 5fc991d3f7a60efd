import type { DeadLetterDecision } from '../../../workflows/platform/dead-letter.contract.js';
import { failure } from '../../../workflows/shared/failure.js';
import { orNull, text, textOf, uuid } from '../../connection/column.js';
import { platformAccountId } from '../../connection/context.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { newId } from '../../shared/id.js';
import { emitEvents } from '../../shared/outbox.js';
import { deadLetterDecisionRequested } from './dead-letter-decision.events.js';

/** A decision on dead letters; null for every consumer, or every event type. */
export interface AskedDecision {
  decision: DeadLetterDecision;
  consumer_id: string | null;
  event_type: string | null;
}

const askedDecision = {
  decisionId: uuid,
  decision: textOf<DeadLetterDecision>(),
  consumer_id: orNull(text),
  event_type: orNull(text),
};
/** The update without a change locks and returns the existing row. */
const decisionRequest = query({
  name: 'deadLetterDecision.request',
  parameters: { accountId: uuid, ...askedDecision },
  row: askedDecision,
  text: `
  insert into platform.dead_letter_decisions as r
    (account_id, decision_id, decision, consumer_id, event_type)
  values (:accountId, :decisionId, :decision, :consumer_id, :event_type)
  on conflict (account_id) where status = 'RUNNING' do update set done = r.done
  returning r.decision_id, r.decision, r.consumer_id, r.event_type`,
});

/**
 * Decisions on all dead letters at once: an account's on the account's dead letters, the platform's
 * on dead letters of no account.
 */
export const deadLetterDecisionRecords = (scope: WriteScope) => ({
  /**
   * Requests a decision, executed in reaction to the event. While the same decision is under way,
   * returns the running decision's id; any other request is refused.
   */
  async request(asked: AskedDecision): Promise<string> {
    const { accountId, principalId } = scope;
    const decisionId = newId();
    const [kept] = await scope.run(decisionRequest, { ...asked, accountId, decisionId });
    if (!kept) throw new Error('a decision was not written down');
    if (!isSame(kept, asked)) throw running(kept, asked);
    if (kept.decisionId === decisionId)
      await emitEvents(scope, [
        deadLetterDecisionRequested.of({
          accountId: accountId === platformAccountId ? null : accountId,
          subjectId: decisionId,
          actorPrincipalId: principalId,
          payload: { decision_id: decisionId, decision: asked.decision },
        }),
      ]);
    return kept.decisionId;
  },
});

const isSame = (a: AskedDecision, b: AskedDecision): boolean =>
  a.decision === b.decision && a.consumer_id === b.consumer_id && a.event_type === b.event_type;

const running = (
  { decisionId, ...current }: AskedDecision & { decisionId: string },
  requested: AskedDecision,
) =>
  failure('DEAD_LETTER_DECISION_RUNNING', {
    conflict: {
      conflict_type: 'DEAD_LETTER_DECISION_RUNNING',
      resource: `dead-letter-decision/${decisionId}`,
      current,
      requested,
      retryable: true,
    },
  });
