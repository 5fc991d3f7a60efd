import { maxRedelivered, webhookConsumerId } from '../../../workflows/platform/webhook.contract.js';
import { failure } from '../../../workflows/shared/failure.js';
import {
  arrayOf,
  boolean,
  integer,
  orNull,
  text,
  timestamp,
  uuid,
  type Columns,
  type Values,
} from '../../connection/column.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { emitEvents } from '../../shared/outbox.js';
import { webhookDeadLettersDecided } from './webhook.events.js';

type RedeliveryRequest =
  | { deliveryIds: readonly string[] }
  /** Events emitted from `since` and before `until`; a null `until` is now. */
  | { since: string; until: string | null; eventTypes: readonly string[] | null };

interface Redelivered {
  count: number;
  /** Start of the next call, if the range exceeds the limit of a call. */
  nextSince: string | null;
}

const chosenEvent = { eventId: uuid, emittedAt: text };
type ChosenEvent = Values<typeof chosenEvent>;

const chosenColumns = `e.event_id, to_char(uuid_extract_timestamp(e.event_id) at time zone 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as emitted_at`;

const eventsOfDeliveries = query({
  name: 'webhook.eventsOfDeliveries',
  parameters: { consumerId: text, deliveryIds: arrayOf(uuid) },
  row: chosenEvent,
  text: `
  select ${chosenColumns}
  from platform.deliveries d join platform.events e on e.event_id = d.event_id
  where d.consumer_id = :consumerId and d.delivery_id = any(:deliveryIds)`,
});

/** Selected by the time in the event ids: the emission time, and the partition key. */
const eventsOfTime = query({
  name: 'webhook.eventsOfTime',
  parameters: {
    accountId: uuid,
    since: timestamp,
    until: orNull(timestamp),
    eventTypes: orNull(arrayOf(text)),
    limit: integer,
  },
  row: chosenEvent,
  text: `
  select ${chosenColumns} from platform.events e
  where e.event_id >= platform.uuid_at(:since)
    and e.event_id < platform.uuid_at(coalesce(:until, now() + interval '1 hour'))
    and :accountId in (e.account_id, e.counterpart_account_id) and e.dispatched_at is not null
    and (:eventTypes is null or e.event_type = any(:eventTypes))
  order by e.event_id limit :limit`,
});

const existingWebhook = query({
  name: 'webhook.exists',
  parameters: { accountId: uuid, webhookId: uuid },
  text: `select from platform.webhooks w
   where w.account_id = :accountId and w.webhook_id = :webhookId`,
});

const chosen = `
  with chosen as materialized (
    select e.event_id, e.event_type, e.subject_type, e.subject_id, e.subject_seq
    from platform.events e where e.event_id = any(:eventIds)
  )`;
const chosenParameters = { consumerId: text, eventIds: arrayOf(uuid) } satisfies Columns;

/** Missing lanes are made, and all locked in the common order. */
const laneLock = query({
  name: 'webhook.lockLanes',
  parameters: chosenParameters,
  text: `${chosen}
  insert into platform.lanes as l (consumer_id, subject_type, subject_id)
  select distinct :consumerId, c.subject_type, c.subject_id from chosen c order by 1, 2, 3
  on conflict (consumer_id, subject_type, subject_id) do update set version = l.version + 1`,
});
/** Stored deliveries go out again under the same id, recognizable for a receiver. */
const deliveryReturn = query({
  name: 'webhook.redeliverKept',
  parameters: chosenParameters,
  row: { wasDead: boolean },
  text: `${chosen}
  update platform.deliveries d
  set state = 'PENDING', attempts = 0, finished_at = null, dead_at = null, released_at = null
  from (
    select distinct on (k.event_id) k.delivery_id, k.state
    from platform.deliveries k join chosen c on c.event_id = k.event_id
    where k.consumer_id = :consumerId
    order by k.event_id, (k.state in ('PENDING', 'DEAD')) desc, k.delivery_id desc) newest
  where d.delivery_id = newest.delivery_id and d.state <> 'PENDING'
  returning newest.state = 'DEAD' as was_dead`,
});
const newDeliveries = query({
  name: 'webhook.redeliverForgotten',
  parameters: { ...chosenParameters, accountId: uuid },
  text: `${chosen}
  insert into platform.deliveries
    (account_id, consumer_id, lane_id, event_id, event_type, subject_seq)
  select :accountId, :consumerId, l.lane_id, c.event_id, c.event_type, c.subject_seq
  from chosen c join platform.lanes l on l.consumer_id = :consumerId
    and l.subject_type = c.subject_type and l.subject_id = c.subject_id
  where not exists (select 1 from platform.deliveries k
    where k.consumer_id = :consumerId and k.event_id = c.event_id)`,
});
/** A lane held by another dead letter stays held. */
const laneRelease = query({
  name: 'webhook.releaseLanes',
  parameters: chosenParameters,
  text: `${chosen}
  update platform.lanes l set due_at = now()
  from (select distinct c.subject_type, c.subject_id from chosen c) s
  where l.consumer_id = :consumerId
    and l.subject_type = s.subject_type and l.subject_id = s.subject_id
    and not exists (select 1 from platform.deliveries d
      where d.lane_id = l.lane_id and d.state = 'DEAD' and d.released_at is null)`,
});

export function webhookRedeliveryRecords(scope: WriteScope) {
  const { accountId } = scope;

  async function choose(consumerId: string, asked: RedeliveryRequest): Promise<ChosenEvent[]> {
    if ('deliveryIds' in asked) {
      const deliveryIds = [...new Set(asked.deliveryIds)];
      const found = await scope.read(eventsOfDeliveries, { consumerId, deliveryIds });
      if (found.length < deliveryIds.length) throw failure('RESOURCE_NOT_FOUND');
      return found;
    }
    return scope.read(eventsOfTime, { ...asked, accountId, limit: maxRedelivered + 1 });
  }

  /** Returns whether dead letters were included. */
  async function putOnTheirWay(consumerId: string, eventIds: string[]): Promise<boolean> {
    const events = { consumerId, eventIds };
    await scope.run(laneLock, events);
    const returned = await scope.run(deliveryReturn, events);
    await scope.run(newDeliveries, { ...events, accountId });
    await scope.run(laneRelease, events);
    return returned.some(({ wasDead }) => wasDead);
  }

  return {
    /**
     * Puts past events on the way to an endpoint again, in order within each event subject.
     * Deliveries under way are left alone, so two requests at once send once.
     */
    async redeliver(webhookId: string, asked: RedeliveryRequest): Promise<Redelivered> {
      const webhooks = await scope.read(existingWebhook, { accountId, webhookId });
      if (webhooks.length === 0) throw failure('RESOURCE_NOT_FOUND');
      const consumerId = webhookConsumerId(webhookId);
      const events = await choose(consumerId, asked);
      const eventIds = events.slice(0, maxRedelivered).map(({ eventId }) => eventId);
      if (eventIds.length > 0 && (await putOnTheirWay(consumerId, eventIds)))
        await emitEvents(scope, [
          webhookDeadLettersDecided.of({
            accountId,
            subjectId: webhookId,
            payload: { webhook_id: webhookId, decision: 'redrive' },
          }),
        ]);
      return { count: eventIds.length, nextSince: events[maxRedelivered]?.emittedAt ?? null };
    },
  };
}
