import {
  webhookConsumerId,
  type BreakerPolicy,
  type WebhookStatus,
} from '../../workflows/platform/webhook.contract.js';
import { databaseNow } from '../shared/database-clock.js';
import type { Database, Transaction } from '../shared/database.js';
import type { NewEvent } from '../shared/event.js';
import { emitEvents } from '../shared/outbox.js';
import { statement } from '../shared/database.js';
import type { WebhookSecrets } from '../shared/webhook-secrets.js';
import { webhookDisabled, webhookRecovered, webhookSuspended } from './webhook.events.js';
import { WebhookModel } from './webhook.model.js';

/** An endpoint as whoever sends to it needs it. */
export interface WebhookEndpoint {
  accountId: string;
  webhookId: string;
  url: string;
  status: WebhookStatus;
  /** Each signs; the newest first. */
  secrets: readonly string[];
  /** Whether a delivery has used up its tries since the last that was taken. */
  isFailing: boolean;
}
interface EndpointRow {
  url: string;
  status: WebhookStatus;
  secretSealed: Buffer;
  previousSecretSealed: Buffer | null;
  isFailing: boolean;
}

const endpoint = statement(
  'webhook.endpoint',
  `select w.url, w.status, w.secret_sealed as "secretSealed", w.exhausted_in_row > 0 as "isFailing",
     case when w.previous_secret_until > now() then w.previous_secret_sealed end as "previousSecretSealed"
   from platform.webhooks w where w.account_id = $1 and w.webhook_id = $2`,
);

/** Several may die at once, and be told of in any order. */
const failingSinceDeath = `
  select least(?::timestamptz, coalesce((select d.dead_at from platform.deliveries d where d.delivery_id = ?), now()))
    as "failingSince"`;
/** In the order that lanes are locked in everywhere, so that nobody waits for each other. */
const lockDeadLanes = `
  select 1 from platform.lanes l where l.lane_id in (
    select d.lane_id from platform.deliveries d where d.consumer_id = :consumerId and d.state = 'DEAD' and d.dead_at >= :since)
  order by l.consumer_id, l.subject_type, l.subject_id for update`;
const reviveDead = `
  with revived as (
    update platform.deliveries d set state = 'PENDING', attempts = 0, dead_at = null, released_at = null
    where d.consumer_id = :consumerId and d.state = 'DEAD' and d.dead_at >= :since
    returning d.lane_id
  )
  update platform.lanes l set version = l.version + 1, due_at = now()
  from (select distinct r.lane_id from revived r) r where l.lane_id = r.lane_id`;

/**
 * The circuit breaker of each endpoint, as rows: it survives whoever sends. Each change of standing commits with the
 * consumer's and with its event; one that is not due any more changes nothing.
 */
export function createWebhookStore({
  database,
  secrets,
  policy,
}: {
  database: Database;
  secrets: WebhookSecrets;
  policy: BreakerPolicy;
}) {
  const { opensAfter, probeEveryMs, disableAfterMs } = policy;

  /** Runs `change` on the locked row; undefined where the endpoint is gone. */
  const change = <T>(
    { accountId, webhookId }: Pick<WebhookEndpoint, 'accountId' | 'webhookId'>,
    work: (trx: Transaction, row: WebhookModel) => Promise<T>,
  ): Promise<T | undefined> =>
    database.inAccount(accountId, async (trx) => {
      const row = await WebhookModel.query(trx).findById([accountId, webhookId]).forNoKeyUpdate();
      return row && work(trx, row);
    });

  async function disable(trx: Transaction, row: WebhookModel, reason: 'GONE' | 'FAILING'): Promise<void> {
    await write(trx, row, {
      ...{ status: 'DISABLED', disabledReason: reason, suspendedAt: null, exhaustedInRow: 0, failingSince: null },
    });
    await consumer(trx, row, { status: 'DISABLED', pausedUntil: null });
    await emitEvents(trx, [webhookDisabled.of({ ...about(row), payload: { webhook_id: row.webhookId, reason } })]);
  }

  /** What died while the endpoint was failing waits again, so that it goes out in order when the endpoint is back. */
  async function revive(trx: Transaction, { webhookId }: WebhookModel, since: string): Promise<void> {
    const values = { consumerId: webhookConsumerId(webhookId), since };
    await trx.raw(lockDeadLanes, values);
    await trx.raw(reviveDead, values);
  }
  const pauseFor = (trx: Transaction) => trx.raw("now() + ? * interval '1 millisecond'", [probeEveryMs]);

  return {
    async endpoint(accountId: string, webhookId: string): Promise<WebhookEndpoint | undefined> {
      const [row] = await database.read.inAccount<EndpointRow>(accountId, endpoint, [accountId, webhookId]);
      if (!row) return undefined;
      const sealed = [row.secretSealed, ...(row.previousSecretSealed ? [row.previousSecretSealed] : [])];
      const { url, status, isFailing } = row;
      return { accountId, webhookId, url, status, isFailing, secrets: sealed.map(secrets.open) };
    },

    /** A delivery has become a dead letter. Answers whether that opened the breaker. */
    exhausted: (of: Pick<WebhookEndpoint, 'accountId' | 'webhookId'>, deliveryId: string) =>
      change(of, async (trx, row): Promise<boolean> => {
        if (row.status === 'DISABLED') return false;
        const exhaustedInRow = row.exhaustedInRow + 1;
        const { rows } = await trx.raw<{ rows: { failingSince: string }[] }>(failingSinceDeath, [
          row.failingSince,
          deliveryId,
        ]);
        const failingSince = rows[0]?.failingSince ?? '';
        const opens = row.status === 'ACTIVE' && exhaustedInRow >= opensAfter;
        await write(trx, row, {
          ...{ exhaustedInRow, failingSince },
          ...(opens ? { status: 'SUSPENDED', suspendedAt: trx.fn.now() as unknown as string } : {}),
        });
        if (opens) await consumer(trx, row, { pausedUntil: pauseFor(trx) });
        if (opens || row.status === 'SUSPENDED') await revive(trx, row, failingSince);
        // Lanes before subjects, as whoever decides on a dead letter locks them.
        if (opens) await emitEvents(trx, [webhookSuspended.of(about(row))]);
        return opens;
      }),

    /** A delivery was taken. Answers whether that closed the breaker. */
    delivered: (of: Pick<WebhookEndpoint, 'accountId' | 'webhookId'>) =>
      change(of, async (trx, row): Promise<boolean> => {
        if (row.status === 'DISABLED' || row.exhaustedInRow === 0) return false;
        const closes = row.status === 'SUSPENDED';
        await write(trx, row, { status: 'ACTIVE', suspendedAt: null, exhaustedInRow: 0, failingSince: null });
        if (closes) {
          await consumer(trx, row, { pausedUntil: null });
          await emitEvents(trx, [webhookRecovered.of(about(row))]);
        }
        return closes;
      }),

    /** The next probe is due later, or the endpoint has been failing for too long. Answers whether it was disabled. */
    probeFailed: (of: Pick<WebhookEndpoint, 'accountId' | 'webhookId'>) =>
      change(of, async (trx, row): Promise<boolean> => {
        if (row.status !== 'SUSPENDED' || row.suspendedAt === null) return false;
        if (Date.parse(row.suspendedAt) + disableAfterMs <= databaseNow()) {
          await disable(trx, row, 'FAILING');
          return true;
        }
        await consumer(trx, row, { pausedUntil: pauseFor(trx) });
        return false;
      }),

    /** It says that it is no more. Answers whether it was disabled by that. */
    gone: (of: Pick<WebhookEndpoint, 'accountId' | 'webhookId'>) =>
      change(of, async (trx, row): Promise<boolean> => {
        if (row.status === 'DISABLED') return false;
        await disable(trx, row, 'GONE');
        return true;
      }),
  };
}
export type WebhookStore = ReturnType<typeof createWebhookStore>;

const about = ({
  accountId,
  webhookId,
}: WebhookModel): Pick<NewEvent, 'accountId' | 'subjectId'> & {
  payload: { webhook_id: string };
} => ({ accountId, subjectId: webhookId, payload: { webhook_id: webhookId } });

/** Standing is no edit: the version that an owner has read stays. */
const write = (
  trx: Transaction,
  { accountId, webhookId }: WebhookModel,
  changes: Partial<Pick<WebhookModel, keyof WebhookModel>>,
) => WebhookModel.query(trx).findById([accountId, webhookId]).patch(changes);

const consumer = (trx: Transaction, { webhookId }: WebhookModel, changes: Record<string, unknown>) =>
  trx('platform.consumers')
    .where({ consumerId: webhookConsumerId(webhookId) })
    .update(changes);
