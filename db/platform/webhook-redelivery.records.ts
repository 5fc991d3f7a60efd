import { maxRedelivered, webhookConsumerId } from '../../workflows/platform/webhook.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import type { Database, Transaction } from '../shared/database.js';
import { emitEvents } from '../shared/outbox.js';
import { webhookDeadLettersDecided } from './webhook.events.js';

export type RedeliveryRequest =
  | { deliveryIds: readonly string[] }
  /** Of events that were emitted from `since` and before `until`; until now when it is null. */
  | { since: string; until: string | null; eventTypes: readonly string[] | null };

export interface Redelivered {
  count: number;
  /** From when to go on, where there was more than one call may ask for. */
  nextSince: string | null;
}

interface Chosen {
  eventId: string;
  emittedAt: string;
}

const emittedAt = `to_char(uuid_extract_timestamp(e.event_id) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "emittedAt"`;

const chosenByDelivery = `
  select e.event_id as "eventId", ${emittedAt}
  from platform.deliveries d join platform.events e on e.event_id = d.event_id
  where d.consumer_id = :consumerId and d.delivery_id = any(:deliveryIds::uuid[])`;

/** By the time in their ids, which is when they were emitted and what they are partitioned by. */
const chosenByTime = `
  select e.event_id as "eventId", ${emittedAt} from platform.events e
  where e.event_id >= platform.uuid_at(:since::timestamptz)
    and e.event_id < platform.uuid_at(coalesce(:until::timestamptz, now() + interval '1 hour'))
    and :accountId::uuid in (e.account_id, e.counterpart_account_id) and e.dispatched_at is not null
    and (:eventTypes::text[] is null or e.event_type = any(:eventTypes::text[]))
  order by e.event_id limit :limit`;

const chosenEvents = `
  with chosen as materialized (
    select e.event_id, e.event_type, e.subject_type, e.subject_id, e.subject_seq
    from platform.events e where e.event_id = any(:eventIds::uuid[])
  )`;

const steps = [
  // Their lanes, made where they are gone, and locked in the order that everybody locks lanes in.
  `insert into platform.lanes as l (consumer_id, subject_type, subject_id)
   select distinct :consumerId, c.subject_type, c.subject_id from chosen c order by 1, 2, 3
   on conflict (consumer_id, subject_type, subject_id) do update set version = l.version + 1`,
  // What is kept goes out again under its own id, so that a receiver may know it.
  `update platform.deliveries d set state = 'PENDING', attempts = 0, finished_at = null, dead_at = null, released_at = null
   from (select distinct on (k.event_id) k.delivery_id, k.state from platform.deliveries k join chosen c on c.event_id = k.event_id
     where k.consumer_id = :consumerId order by k.event_id, (k.state in ('PENDING', 'DEAD')) desc, k.delivery_id desc) newest
   where d.delivery_id = newest.delivery_id and d.state <> 'PENDING'
   returning newest.state = 'DEAD' as "wasDead"`,
  `insert into platform.deliveries (account_id, consumer_id, lane_id, event_id, event_type, subject_seq)
   select :accountId, :consumerId, l.lane_id, c.event_id, c.event_type, c.subject_seq
   from chosen c join platform.lanes l
     on l.consumer_id = :consumerId and l.subject_type = c.subject_type and l.subject_id = c.subject_id
   where not exists (select 1 from platform.deliveries k where k.consumer_id = :consumerId and k.event_id = c.event_id)`,
  // A lane that another dead letter holds stays held.
  `update platform.lanes l set due_at = now() from (select distinct c.subject_type, c.subject_id from chosen c) s
   where l.consumer_id = :consumerId and l.subject_type = s.subject_type and l.subject_id = s.subject_id
     and not exists (select 1 from platform.deliveries d
       where d.lane_id = l.lane_id and d.state = 'DEAD' and d.released_at is null)`,
];

export function createWebhookRedeliveryRecords(database: Database) {
  return {
    /**
     * Puts past events on their way to an endpoint again, in their order within each subject. What is on its way already is
     * left as it is, so asking twice at once sends once.
     */
    redeliver: (accountId: string, webhookId: string, asked: RedeliveryRequest): Promise<Redelivered> =>
      database.inAccount(accountId, async (trx) => {
        const { rows } = await trx.raw<{ rows: unknown[] }>(
          'select 1 from platform.webhooks w where w.account_id = ? and w.webhook_id = ?',
          [accountId, webhookId],
        );
        if (rows.length === 0) throw failure('RESOURCE_NOT_FOUND');
        const consumerId = webhookConsumerId(webhookId);
        const chosen = await choose(trx, accountId, consumerId, asked);
        const eventIds = chosen.slice(0, maxRedelivered).map(({ eventId }) => eventId);
        if (eventIds.length > 0 && (await putOnTheirWay(trx, { accountId, consumerId, eventIds })))
          await emitEvents(trx, [
            webhookDeadLettersDecided.of({
              ...{ accountId, subjectId: webhookId, payload: { webhook_id: webhookId, decision: 'redrive' } },
            }),
          ]);
        return { count: eventIds.length, nextSince: chosen[maxRedelivered]?.emittedAt ?? null };
      }),
  };
}
export type WebhookRedeliveryRecords = ReturnType<typeof createWebhookRedeliveryRecords>;

/** Answers whether dead letters were among them. */
async function putOnTheirWay(
  trx: Transaction,
  values: { accountId: string; consumerId: string; eventIds: string[] },
): Promise<boolean> {
  let hadDeadLetters = false;
  for (const step of steps) {
    const { rows } = await trx.raw<{ rows: { wasDead?: boolean }[] }>(`${chosenEvents} ${step}`, values);
    hadDeadLetters ||= rows.some(({ wasDead }) => wasDead);
  }
  return hadDeadLetters;
}

async function choose(trx: Transaction, accountId: string, consumerId: string, asked: RedeliveryRequest) {
  if ('deliveryIds' in asked) {
    const deliveryIds = [...new Set(asked.deliveryIds)];
    const { rows } = await trx.raw<{ rows: Chosen[] }>(chosenByDelivery, { consumerId, deliveryIds });
    if (rows.length < deliveryIds.length) throw failure('RESOURCE_NOT_FOUND');
    return rows;
  }
  const { since, until } = asked;
  const eventTypes = asked.eventTypes && [...asked.eventTypes];
  const values = { accountId, since, until, eventTypes, limit: maxRedelivered + 1 };
  return (await trx.raw<{ rows: Chosen[] }>(chosenByTime, values as unknown as Record<string, never>)).rows;
}
