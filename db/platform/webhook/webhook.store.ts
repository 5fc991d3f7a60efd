import {
  webhookConsumerId,
  type BreakerPolicy,
} from '../../../workflows/platform/webhook.contract.js';
import { databaseNow, databaseTimestamp } from '../../connection/database-clock.js';
import { float, orNull, text, timestamp, uuid } from '../../connection/column.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import type { NewEvent } from '../../shared/event.js';
import { emitEvents } from '../../shared/outbox.js';
import { webhookDisabled, webhookRecovered, webhookSuspended } from './webhook.events.js';
import { WebhookModel } from './webhook.model.js';

/** Several deliveries may die at once, and be told of in any order. */
const failureStart = query({
  name: 'webhook.failingSince',
  parameters: { failingSince: orNull(timestamp), deliveryId: uuid },
  row: { failingSince: timestamp },
  text: `select least(:failingSince, coalesce(
     (select d.dead_at from platform.deliveries d where d.delivery_id = :deliveryId), now()))
     as failing_since`,
});
/** Locks lanes in the common order, so that transactions do not deadlock. */
const deadLaneLock = query({
  name: 'webhook.lockDeadLanes',
  parameters: { consumerId: text, since: timestamp },
  text: `
  select from platform.lanes l where l.lane_id in (
    select d.lane_id from platform.deliveries d
    where d.consumer_id = :consumerId and d.state = 'DEAD' and d.dead_at >= :since)
  order by l.consumer_id, l.subject_type, l.subject_id for update`,
});
const deadRevival = query({
  name: 'webhook.reviveDead',
  parameters: { consumerId: text, since: timestamp },
  text: `
  with revived as (
    update platform.deliveries d
    set state = 'PENDING', attempts = 0, dead_at = null, released_at = null
    where d.consumer_id = :consumerId and d.state = 'DEAD' and d.dead_at >= :since
    returning d.lane_id
  )
  update platform.lanes l set version = l.version + 1, due_at = now()
  from (select distinct r.lane_id from revived r) r where l.lane_id = r.lane_id`,
});
const consumerPause = query({
  name: 'webhook.pauseConsumer',
  parameters: { consumerId: text, pauseMs: float },
  text: `update platform.consumers c
   set paused_until = now() + :pauseMs * interval '1 millisecond'
   where c.consumer_id = :consumerId`,
});
const consumerResumption = query({
  name: 'webhook.resumeConsumer',
  parameters: { consumerId: text },
  text: `update platform.consumers c set paused_until = null where c.consumer_id = :consumerId`,
});
const consumerDisabling = query({
  name: 'webhook.disableConsumer',
  parameters: { consumerId: text },
  text: `update platform.consumers c set status = 'DISABLED', paused_until = null
   where c.consumer_id = :consumerId`,
});

/**
 * The circuit breaker of each endpoint, stored in rows and so independent of the sending process.
 * Each change of standing commits with the consumer's change and the event; a change no longer due
 * changes nothing.
 */
export function webhookStore(scope: WriteScope, { policy }: { policy: BreakerPolicy }) {
  const { accountId, transaction } = scope;
  const { opensAfter, probeEveryMs, disableAfterMs } = policy;

  /** Runs `change` on the locked row; undefined where the endpoint is gone. */
  async function change<Result>(
    webhookId: string,
    work: (row: WebhookModel) => Promise<Result>,
  ): Promise<Result | undefined> {
    const row = await WebhookModel.query(transaction)
      .findById([accountId, webhookId])
      .forNoKeyUpdate();
    return row && work(row);
  }

  /** Standing is no edit: the version read by an owner stays. */
  const write = ({ webhookId }: WebhookModel, changes: WebhookChanges) =>
    WebhookModel.query(transaction).findById([accountId, webhookId]).patch(changes);

  async function disable(row: WebhookModel, reason: 'GONE' | 'FAILING'): Promise<void> {
    await write(row, {
      status: 'DISABLED',
      disabledReason: reason,
      suspendedAt: null,
      exhaustedInRow: 0,
      failingSince: null,
    });
    await scope.run(consumerDisabling, { consumerId: webhookConsumerId(row.webhookId) });
    await emitEvents(scope, [
      webhookDisabled.of({ ...about(row), payload: { webhook_id: row.webhookId, reason } }),
    ]);
  }

  /**
   * Deliveries that died while the endpoint was failing wait again, to go out in order when the
   * endpoint is back.
   */
  async function revive(consumerId: string, since: string): Promise<void> {
    await scope.run(deadLaneLock, { consumerId, since });
    await scope.run(deadRevival, { consumerId, since });
  }
  const pause = (consumerId: string) =>
    scope.run(consumerPause, { consumerId, pauseMs: probeEveryMs });

  return {
    /** Notes a dead letter. Returns whether the breaker opened. */
    exhausted: (webhookId: string, deliveryId: string) =>
      change(webhookId, async (row): Promise<boolean> => {
        if (row.status === 'DISABLED') return false;
        const consumerId = webhookConsumerId(webhookId);
        const exhaustedInRow = row.exhaustedInRow + 1;
        const asked = { failingSince: row.failingSince, deliveryId };
        const [start] = await scope.read(failureStart, asked);
        const failingSince = start?.failingSince ?? '';
        const opens = row.status === 'ACTIVE' && exhaustedInRow >= opensAfter;
        await write(row, {
          exhaustedInRow,
          failingSince,
          ...(opens ? { status: 'SUSPENDED', suspendedAt: databaseTimestamp() } : {}),
        });
        if (opens) await pause(consumerId);
        if (opens || row.status === 'SUSPENDED') await revive(consumerId, failingSince);
        // Lanes are locked before event subjects, as in decisions on dead letters.
        if (opens) await emitEvents(scope, [webhookSuspended.of(about(row))]);
        return opens;
      }),

    /** Notes a taken delivery. Returns whether the breaker closed. */
    delivered: (webhookId: string) =>
      change(webhookId, async (row): Promise<boolean> => {
        if (row.status === 'DISABLED' || row.exhaustedInRow === 0) return false;
        const closes = row.status === 'SUSPENDED';
        await write(row, {
          status: 'ACTIVE',
          suspendedAt: null,
          exhaustedInRow: 0,
          failingSince: null,
        });
        if (closes) {
          await scope.run(consumerResumption, { consumerId: webhookConsumerId(webhookId) });
          await emitEvents(scope, [webhookRecovered.of(about(row))]);
        }
        return closes;
      }),

    /**
     * Delays the next probe, or disables an endpoint failing for too long. Returns whether the
     * endpoint was disabled.
     */
    probeFailed: (webhookId: string) =>
      change(webhookId, async (row): Promise<boolean> => {
        if (row.status !== 'SUSPENDED' || row.suspendedAt === null) return false;
        if (Date.parse(row.suspendedAt) + disableAfterMs <= databaseNow()) {
          await disable(row, 'FAILING');
          return true;
        }
        await pause(webhookConsumerId(webhookId));
        return false;
      }),

    /** Notes an endpoint that answers as gone. Returns whether the endpoint was disabled. */
    gone: (webhookId: string) =>
      change(webhookId, async (row): Promise<boolean> => {
        if (row.status === 'DISABLED') return false;
        await disable(row, 'GONE');
        return true;
      }),
  };
}

export type WebhookStore = ReturnType<typeof webhookStore>;

type WebhookChanges = Partial<Pick<WebhookModel, keyof WebhookModel>>;

const about = ({
  accountId,
  webhookId,
}: WebhookModel): Pick<NewEvent, 'accountId' | 'subjectId'> & {
  payload: { webhook_id: string };
} => ({ accountId, subjectId: webhookId, payload: { webhook_id: webhookId } });
