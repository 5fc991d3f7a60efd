import { platformAccountId } from '../shared/context.js';
import type { Database, Transaction } from '../shared/database.js';
import type { DeadLetterDecision } from '../../workflows/platform/dead-letter.contract.js';

/** What is decided of dead letters. An account decides on its own, the platform (null) on those of no account. */
export function createDeadLetterRecords({ database }: { database: Database }) {
  return {
    /** Answers false when it is no dead letter of theirs, or no longer one. */
    decide: (accountId: string | null, deliveryId: string, decision: DeadLetterDecision): Promise<boolean> =>
      database.inAccount(accountId ?? platformAccountId, async (trx) => {
        return (await decideOn(trx, [deliveryId], decision)) === 1;
      }),
  };
}

/** Locked first and in one order, as everywhere. */
const lockLanes = `
  select l.lane_id from platform.lanes l
  where l.lane_id in (select d.lane_id from platform.deliveries d where d.delivery_id = any(?::uuid[]))
  order by l.consumer_id, l.subject_type, l.subject_id for update`;

/** Before the deliveries: once these are decided on, an account may no longer see the lane. */
const letLanesGo = `
  update platform.lanes l set due_at = now(), version = l.version + 1
  where l.lane_id in (select d.lane_id from platform.deliveries d where d.delivery_id = any(:ids::uuid[]) and d.state = 'DEAD')
    and not exists (select 1 from platform.deliveries d where d.lane_id = l.lane_id and d.state = 'DEAD'
      and d.released_at is null and d.delivery_id <> all(:ids::uuid[]))`;

const changes: Record<DeadLetterDecision, string> = {
  redrive: "state = 'PENDING', attempts = 0, released_at = null",
  skip: "state = 'SKIPPED', finished_at = now()",
  release: 'released_at = now()',
};

/** In the transaction of a context that may; answers how many were still to be decided on. */
export async function decideOn(
  trx: Transaction,
  deliveryIds: readonly string[],
  decision: DeadLetterDecision,
): Promise<number> {
  await trx.raw(lockLanes, [[...deliveryIds]]);
  await trx.raw(letLanesGo, { ids: [...deliveryIds] });
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `update platform.deliveries set ${changes[decision]}
     where delivery_id = any(?::uuid[]) and state = 'DEAD' ${decision === 'release' ? 'and released_at is null' : ''}`,
    [[...deliveryIds]],
  );
  return rowCount;
}

export type DeadLetterRecords = ReturnType<typeof createDeadLetterRecords>;
