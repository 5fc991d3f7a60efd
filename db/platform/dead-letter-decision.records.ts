import type { DeadLetterDecision } from '../../workflows/platform/dead-letter.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import { platformAccountId } from '../shared/context.js';
import type { Database } from '../shared/database.js';
import { newId } from '../shared/id.js';
import { emitEvents } from '../shared/outbox.js';
import { deadLetterDecisionRequested } from './dead-letter-decision.events.js';

/** What is decided of which dead letters; null for those of every consumer, of events of every type. */
export interface AskedDecision {
  decision: DeadLetterDecision;
  consumer_id: string | null;
  event_type: string | null;
}

/** What is asked of all dead letters at once. An account asks it of its own, the platform (null) of those of no account. */
export function createDeadLetterDecisionRecords({ database }: { database: Database }) {
  return {
    /** The deciding follows from the event. While the very same is on its way, that is the one; anything else is refused. */
    request: (accountId: string | null, actorPrincipalId: string, asked: AskedDecision): Promise<string> =>
      database.inAccount(accountId ?? platformAccountId, async (trx) => {
        const decisionId = newId();
        // The update that changes nothing locks and answers the row that is there.
        const { rows } = await trx.raw<{ rows: (AskedDecision & { decisionId: string })[] }>(
          `insert into platform.dead_letter_decisions as r (account_id, decision_id, decision, consumer_id, event_type)
           values (?, ?, ?, ?, ?)
           on conflict (account_id) where status = 'RUNNING' do update set done = r.done
           returning r.decision_id as "decisionId", r.decision, r.consumer_id, r.event_type`,
          [accountId ?? platformAccountId, decisionId, asked.decision, asked.consumer_id, asked.event_type] as string[],
        );
        const [kept] = rows;
        if (!kept) throw new Error('a decision was not written down');
        if (!isSame(kept, asked)) throw running(kept, asked);
        if (kept.decisionId === decisionId)
          await emitEvents(trx, [
            deadLetterDecisionRequested.of({
              ...{ accountId, subjectId: decisionId, actorPrincipalId },
              payload: { decision_id: decisionId, decision: asked.decision },
            }),
          ]);
        return kept.decisionId;
      }),
  };
}

const isSame = (a: AskedDecision, b: AskedDecision): boolean =>
  a.decision === b.decision && a.consumer_id === b.consumer_id && a.event_type === b.event_type;

const running = ({ decisionId, ...current }: AskedDecision & { decisionId: string }, requested: AskedDecision) =>
  failure('DEAD_LETTER_DECISION_RUNNING', {
    conflict: {
      conflict_type: 'DEAD_LETTER_DECISION_RUNNING',
      resource: `dead-letter-decision/${decisionId}`,
      ...{ current, requested, retryable: true },
    },
  });
