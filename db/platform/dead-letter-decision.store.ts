import type { DeadLetterDecision } from '../../workflows/platform/dead-letter.contract.js';
import type {
  DeadLetterDecisionInput,
  DeadLetterDecisionProgress,
} from '../../workflows/platform/dead-letter-decision.contract.js';
import { platformAccountId } from '../shared/context.js';
import type { Database, Transaction } from '../shared/database.js';
import { decideOn } from './dead-letter.records.js';

type Place = { accountId: string; decisionId: string };
/** The time as PostgreSQL writes it: a Date would lose its microseconds. */
type Asked = Place & { consumerId: string | null; eventType: string | null; requestedAt: string };
type Run = Omit<DeadLetterDecisionProgress, 'total'> &
  Omit<Asked, keyof Place> & { decision: DeadLetterDecision; decidedTo: string; total: number | null };

const place = 'r.account_id = :accountId and r.decision_id = :decisionId';

/** Two at once would go over the same dead letters, so the second waits, and sees how far the first came. */
const lockRun = `
  select r.status, r.decision, r.consumer_id as "consumerId", r.event_type as "eventType", r.done, r.total,
    r.requested_at::text as "requestedAt", r.decided_to as "decidedTo"
  from platform.dead_letter_decisions r where ${place} for update`;

/** What was dead when it was asked for; of what is released already, nothing is left to release. */
const letters = (decision: DeadLetterDecision): string => `
  platform.deliveries d where coalesce(d.account_id, platform.nil_uuid()) = :accountId and d.state = 'DEAD'
    and d.dead_at <= :requestedAt::timestamptz and (:consumerId::text is null or d.consumer_id = :consumerId)
    and (:eventType::text is null or d.event_type = :eventType) ${decision === 'release' ? 'and d.released_at is null' : ''}`;

/** How far a decision on all dead letters has come. */
export function createDeadLetterDecisionStore({ database }: { database: Database }) {
  const placeOf = ({ accountId, decisionId }: DeadLetterDecisionInput): Place => ({
    ...{ accountId: accountId ?? platformAccountId, decisionId },
  });
  return {
    /**
     * Decides on the next dead letters, so many at most, and keeps in the same transaction how far that is: what was counted was
     * decided, once. One that has died again is not met again, because it keeps its id.
     */
    decideOnSet: (of: DeadLetterDecisionInput, size: number): Promise<DeadLetterDecisionProgress> =>
      database.inAccount(placeOf(of).accountId, async (trx) => {
        const where = placeOf(of);
        const { rows } = await trx.raw<{ rows: Run[] }>(lockRun, where);
        const [run] = rows;
        if (!run) throw new Error('there is no such decision');
        const counted = run.total ?? (await countOf(trx, { ...run, ...where }));
        if (run.status !== 'RUNNING') return { status: run.status, done: run.done, total: counted };
        const ids = await nextOf(trx, { ...run, ...where }, size);
        const done = run.done + (await decideOn(trx, ids, run.decision));
        // One that was dying when they were counted came into sight since.
        const total = Math.max(counted, done);
        const status = ids.length < size ? 'DONE' : 'RUNNING';
        await trx.raw(
          `update platform.dead_letter_decisions r set done = :done, total = :total, decided_to = :decidedTo, status = :status,
             finished_at = case when :status = 'DONE' then now() end where ${place}`,
          { ...where, done, total, status, decidedTo: ids.at(-1) ?? run.decidedTo },
        );
        return { status, done, total };
      }),

    fail: (of: DeadLetterDecisionInput): Promise<void> =>
      database.inAccount(placeOf(of).accountId, async (trx) => {
        await trx.raw(
          `update platform.dead_letter_decisions r set status = 'FAILED', finished_at = now() where ${place} and status = 'RUNNING'`,
          placeOf(of),
        );
      }),
  };
}
export type DeadLetterDecisionStore = ReturnType<typeof createDeadLetterDecisionStore>;

async function countOf(trx: Transaction, asked: Asked & Pick<Run, 'decision'>): Promise<number> {
  const { rows } = await trx.raw<{ rows: { count: number }[] }>(
    `select count(*) from ${letters(asked.decision)}`,
    asked,
  );
  return Number(rows[0]?.count);
}

async function nextOf(
  trx: Transaction,
  asked: Asked & Pick<Run, 'decision' | 'decidedTo'>,
  size: number,
): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `select d.delivery_id as id from ${letters(asked.decision)} and d.delivery_id > :decidedTo order by d.delivery_id limit :size`,
    { ...asked, size },
  );
  return rows.map(({ id }) => id);
}
