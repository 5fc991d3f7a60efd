import { platformAccountId } from '../shared/context.js';
import type { Database, Transaction } from '../shared/database.js';
import { emitEvents } from '../shared/outbox.js';
import type { DeadLetterDecision } from '../../workflows/platform/dead-letter.contract.js';
import { isWebhookConsumer, webhookIdOf } from '../../workflows/platform/webhook.contract.js';
import { webhookDeadLettersDecided } from './webhook.events.js';

/** What is decided of dead letters. An account decides on its own, the platform (null) on those of no account. */
export function createDeadLetterRecords({ database }: { database: Database }) {
  return {
    /**
     * Answers false when it is no dead letter of theirs, or no longer one. With `platforms`, a transaction of the platform's that
     * decides for the account, it is a step of that.
     */
    async decide(
      accountId: string | null,
      deliveryId: string,
      decision: DeadLetterDecision,
      platforms?: Transaction,
    ): Promise<boolean> {
      const decideIn = async (trx: Transaction) => (await decideOn(trx, [deliveryId], decision)) === 1;
      if (platforms && accountId !== null)
        return database.stepInAccount(platforms, accountId, () => decideIn(platforms));
      return database.inAccount(accountId ?? platformAccountId, decideIn);
    },
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

/** In the transaction of a context that may; answers how many were still to be decided on. An account's webhooks are told of. */
export async function decideOn(
  trx: Transaction,
  deliveryIds: readonly string[],
  decision: DeadLetterDecision,
): Promise<number> {
  await trx.raw(lockLanes, [[...deliveryIds]]);
  await trx.raw(letLanesGo, { ids: [...deliveryIds] });
  const { rows } = await trx.raw<{ rows: Decided[] }>(
    `update platform.deliveries set ${changes[decision]}
     where delivery_id = any(?::uuid[]) and state = 'DEAD' ${decision === 'release' ? 'and released_at is null' : ''}
     returning account_id as "accountId", consumer_id as "consumerId"`,
    [[...deliveryIds]],
  );
  await emitEvents(trx, decisionsOn(rows, decision));
  return rows.length;
}

interface Decided {
  accountId: string | null;
  consumerId: string;
}

/** One event a webhook, however many of its dead letters were decided on. */
function decisionsOn(decided: readonly Decided[], decision: DeadLetterDecision) {
  const accounts = new Map(decided.map(({ consumerId, accountId }) => [consumerId, accountId]));
  return [...accounts].flatMap(([consumerId, accountId]) => {
    if (!isWebhookConsumer(consumerId)) return [];
    const webhookId = webhookIdOf(consumerId);
    return webhookDeadLettersDecided.of({
      ...{ accountId, subjectId: webhookId, payload: { webhook_id: webhookId, decision } },
    });
  });
}

export type DeadLetterRecords = ReturnType<typeof createDeadLetterRecords>;
