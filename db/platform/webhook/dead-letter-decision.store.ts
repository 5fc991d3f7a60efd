import type { DeadLetterDecision } from '../../../workflows/platform/dead-letter.contract.js';
import type {
  DeadLetterDecisionProgress,
  DeadLetterDecisionState,
} from '../../../workflows/platform/dead-letter-decision.contract.js';
import {
  bigInteger,
  integer,
  orNull,
  text,
  textOf,
  uuid,
  type Values,
} from '../../connection/column.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { deadLetterRecords } from './dead-letter.records.js';

const place = { accountId: uuid, decisionId: uuid };
const isPlace = 'r.account_id = :accountId and r.decision_id = :decisionId';

/** The dead letters of a decision. */
const chosenLetters = {
  consumerId: orNull(text),
  eventType: orNull(text),
  /** In PostgreSQL's text form: a Date would lose the microseconds. */
  requestedAt: text,
};
const decisionRun = {
  ...chosenLetters,
  status: textOf<DeadLetterDecisionState>(),
  decision: textOf<DeadLetterDecision>(),
  done: bigInteger,
  total: orNull(bigInteger),
  decidedTo: uuid,
};
type DecisionRun = Values<typeof decisionRun>;

/**
 * Two at once would go over the same dead letters, so the second waits, and sees how far the first
 * came.
 */
const runLock = query({
  name: 'deadLetterDecision.lock',
  parameters: place,
  row: decisionRun,
  text: `
  select r.status, r.decision, r.consumer_id, r.event_type, r.done, r.total,
    r.requested_at::text as requested_at, r.decided_to
  from platform.dead_letter_decisions r where ${isPlace} for update`,
});
const runProgress = query({
  name: 'deadLetterDecision.progress',
  parameters: {
    ...place,
    done: bigInteger,
    total: bigInteger,
    decidedTo: uuid,
    status: textOf<DeadLetterDecisionState>(),
  },
  text: `
  update platform.dead_letter_decisions r
  set done = :done, total = :total, decided_to = :decidedTo, status = :status,
    finished_at = case when :status = 'DONE' then now() end
  where ${isPlace}`,
});
const runFailure = query({
  name: 'deadLetterDecision.fail',
  parameters: place,
  text: `update platform.dead_letter_decisions r set status = 'FAILED', finished_at = now()
   where ${isPlace} and status = 'RUNNING'`,
});

const letterParameters = { ...chosenLetters, accountId: uuid };
/** Deliveries dead at the time of the request; released deliveries need no release. */
const letters = (condition: string): string => `
  platform.deliveries d where coalesce(d.account_id, platform.nil_uuid()) = :accountId
    and d.state = 'DEAD' and d.dead_at <= :requestedAt::timestamptz
    and (:consumerId is null or d.consumer_id = :consumerId)
    and (:eventType is null or d.event_type = :eventType) ${condition}`;
const letterQueries = (name: string, condition = '') => ({
  count: query({
    name: `deadLetterDecision.count${name}`,
    parameters: letterParameters,
    row: { count: bigInteger },
    text: `select count(*) as count from ${letters(condition)}`,
  }),
  next: query({
    name: `deadLetterDecision.next${name}`,
    parameters: { ...letterParameters, decidedTo: uuid, limit: integer },
    row: { deliveryId: uuid },
    text: `select d.delivery_id from ${letters(condition)} and d.delivery_id > :decidedTo
     order by d.delivery_id limit :limit`,
  }),
});
const allLetters = letterQueries('All');
const heldLetters = letterQueries('Held', 'and d.released_at is null');
const lettersOf: Record<DeadLetterDecision, typeof allLetters> = {
  redrive: allLetters,
  skip: allLetters,
  release: heldLetters,
};

/** How far a decision on all dead letters has come, of an account or the platform. */
export function deadLetterDecisionStore(scope: WriteScope) {
  const { accountId } = scope;
  const askedOf = ({ consumerId, eventType, requestedAt }: DecisionRun) => ({
    accountId,
    consumerId,
    eventType,
    requestedAt,
  });
  async function countOf(run: DecisionRun): Promise<number> {
    const [counted] = await scope.read(lettersOf[run.decision].count, askedOf(run));
    return counted?.count ?? 0;
  }
  async function nextOf(run: DecisionRun, limit: number): Promise<string[]> {
    const asked = { ...askedOf(run), decidedTo: run.decidedTo, limit };
    const next = await scope.read(lettersOf[run.decision].next, asked);
    return next.map(({ deliveryId }) => deliveryId);
  }

  return {
    /**
     * Decides on the next dead letters, at most `size`, and stores the progress in the same
     * transaction: every counted letter was decided on once. A letter that died again is not met
     * again, since the id stays.
     */
    async decideOnSet(decisionId: string, size: number): Promise<DeadLetterDecisionProgress> {
      const [run] = await scope.run(runLock, { accountId, decisionId });
      if (!run) throw new Error('there is no such decision');
      const counted = run.total ?? (await countOf(run));
      if (run.status !== 'RUNNING') return { status: run.status, done: run.done, total: counted };
      const ids = await nextOf(run, size);
      const done = run.done + (await deadLetterRecords(scope).decideOn(ids, run.decision));
      // A letter that was dying during the count became visible since.
      const total = Math.max(counted, done);
      const status = ids.length < size ? 'DONE' : 'RUNNING';
      const decidedTo = ids.at(-1) ?? run.decidedTo;
      await scope.run(runProgress, { accountId, decisionId, done, total, status, decidedTo });
      return { status, done, total };
    },

    async fail(decisionId: string): Promise<void> {
      await scope.run(runFailure, { accountId, decisionId });
    },
  };
}
export type DeadLetterDecisionStore = ReturnType<typeof deadLetterDecisionStore>;
