import type { Consumer, ConsumerKind } from '../../../workflows/platform/delivery.contract.js';
import {
  arrayOf,
  bigInteger,
  boolean,
  float,
  integer,
  json,
  orNull,
  text,
  textOf,
  uuid,
} from '../../connection/column.js';
import type { StatementScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { storedEvent, storedEventColumns, type StoredEvent } from './event.store.js';
import { heldLease, LeaseLost } from './lease.store.js';

/** A platform consumer as defined in code. */
export interface ConsumerDefinition {
  consumerId: string;
  kind: ConsumerKind;
  /** Null for all event types. */
  eventTypes: readonly string[] | null;
  concurrency?: number;
}

/** An event on the way to a consumer. */
export interface PendingDelivery {
  deliveryId: string;
  /** The consumer's account, else the event's. */
  accountId: string | null;
  /** Earlier tries. */
  attempts: number;
  event: StoredEvent;
}

/** The head of a lane, in order. */
export interface DueLane {
  laneId: number;
  version: number;
  /** Whether no further deliveries wait in the lane. */
  isWhole: boolean;
  deliveries: PendingDelivery[];
}

/** A delivery after a try, with the receiver's answer, if any. */
export interface SettledDelivery {
  deliveryId: string;
  answer?: { code: number | null; durationMs: number } | undefined;
}

/** What became of the head of a lane. */
export interface LaneOutcome {
  laneId: number;
  version: number;
  sent: readonly SettledDelivery[];
  failed?: SettledDelivery & { error: string };
  /** When to go on; null at once, where something is left. */
  waitMs: number | null;
  isDrained: boolean;
}

const deliveriesALane = 20;
const errorLength = 500;

/**
 * Waiting lanes are read from one index, so a held lane costs nothing however many deliveries wait
 * behind the head.
 */
const dueConsumers = query({
  name: 'deliveries.dueConsumers',
  row: {
    consumerId: text,
    accountId: orNull(uuid),
    kind: textOf<ConsumerKind>(),
    concurrency: integer,
  },
  text: `
  select c.consumer_id, c.account_id, c.kind, c.concurrency from platform.consumers c
  where c.status = 'ACTIVE' and (c.paused_until is null or c.paused_until <= now())
    and exists (select 1 from platform.lanes l where l.consumer_id = c.consumer_id and l.due_at <= now())`,
});

/** A lane without deliveries has only the lane's id and version in the row. */
const dueDelivery = {
  laneId: bigInteger,
  version: bigInteger,
  deliveryId: orNull(uuid),
  ownerId: orNull(uuid),
  attempts: integer,
};
/**
 * The relay asks again for each handful of lanes, so that a consumer paused meanwhile gets no
 * further deliveries.
 */
const dueDeliveries = query({
  name: 'deliveries.dueLanes',
  parameters: { consumerId: text, busyLaneIds: arrayOf(bigInteger), limit: integer },
  row: { ...dueDelivery, ...storedEvent },
  text: `
  select l.lane_id, l.version, d.delivery_id, d.account_id as owner_id, d.attempts,
    ${storedEventColumns}
  from (select l.lane_id, l.version, l.due_at from platform.lanes l
    where l.consumer_id = :consumerId and l.due_at <= now() and l.lane_id <> all(:busyLaneIds)
      and exists (select 1 from platform.consumers c
        where c.consumer_id = :consumerId and c.status = 'ACTIVE'
          and (c.paused_until is null or c.paused_until <= now()))
    order by l.due_at limit :limit) l
  left join lateral (
    select d.delivery_id, d.account_id, d.attempts, d.event_id, d.subject_seq
    from platform.deliveries d
    where d.lane_id = l.lane_id and d.state = 'PENDING' order by d.subject_seq limit ${deliveriesALane}) d on true
  left join platform.events e on e.event_id = d.event_id
  order by l.due_at, l.lane_id, d.subject_seq`,
});

/**
 * Lanes are locked first and in a fixed order, as everywhere, so settling cannot deadlock with
 * writers of deliveries.
 */
const laneSettlement = query({
  name: 'deliveries.settle',
  parameters: {
    leaseNumber: bigInteger,
    laneIds: arrayOf(bigInteger),
    versions: arrayOf(bigInteger),
    areDrained: arrayOf(boolean),
    waitsMs: arrayOf(orNull(float)),
    sentIds: arrayOf(uuid),
    sentCodes: arrayOf(orNull(integer)),
    sentDurationsMs: arrayOf(orNull(integer)),
    failedIds: arrayOf(uuid),
    failedErrors: arrayOf(text),
    failedCodes: arrayOf(orNull(integer)),
    failedDurationsMs: arrayOf(orNull(integer)),
  },
  row: { isHeld: boolean },
  text: `
  with lease as materialized (${heldLease('outbox')}), locked as materialized (
    select l.lane_id from platform.lanes l
    where l.lane_id = any(:laneIds) and exists (select from lease)
    order by l.consumer_id, l.subject_type, l.subject_id for update
  ), sent as (
    update platform.deliveries d
    set state = 'SENT', attempts = d.attempts + 1, last_attempt_at = now(), finished_at = now(),
      response_code = s.code, duration_ms = s.duration_ms
    from unnest(:sentIds, :sentCodes, :sentDurationsMs) as s(delivery_id, code, duration_ms)
    where d.delivery_id = s.delivery_id and d.state = 'PENDING'
      and (select count(*) from locked) > 0
  ), failed as (
    update platform.deliveries d
    set attempts = d.attempts + 1, last_attempt_at = now(), last_error = f.error,
      response_code = f.code, duration_ms = f.duration_ms
    from unnest(:failedIds, :failedErrors, :failedCodes, :failedDurationsMs)
      as f(delivery_id, error, code, duration_ms)
    where d.delivery_id = f.delivery_id and d.state = 'PENDING'
      and (select count(*) from locked) > 0
  ), moved as (
    update platform.lanes l set due_at = case
        when s.wait_ms is not null then now() + make_interval(secs => s.wait_ms / 1000)
        when s.is_drained and l.version = s.version then null
        else now() end
    from unnest(:laneIds, :versions, :areDrained, :waitsMs)
      as s(lane_id, version, is_drained, wait_ms)
    where l.lane_id = s.lane_id and l.due_at < 'infinity' and (select count(*) from locked) > 0
  )
  select exists (select from lease) as is_held`,
});

const consumerRegistration = query({
  name: 'consumers.register',
  parameters: { consumers: json<readonly StatedConsumer[]>() },
  text: `
  with stated as (
    select * from jsonb_to_recordset(:consumers)
      as s(consumer_id text, kind text, event_types text[], concurrency integer)
  ), gone as (
    update platform.consumers c set status = 'DISABLED'
    where c.account_id is null and c.consumer_id not in (select s.consumer_id from stated s)
  )
  insert into platform.consumers as c (consumer_id, kind, event_types, concurrency)
  select * from stated
  on conflict (consumer_id) do update
    set event_types = excluded.event_types, concurrency = excluded.concurrency, status = 'ACTIVE'`,
});
interface StatedConsumer {
  consumer_id: string;
  kind: ConsumerKind;
  event_types: readonly string[] | null;
  concurrency: number;
}

/** Pending deliveries, in a scope of the role millrace_relay. */
export function deliveryStore(scope: StatementScope) {
  return {
    /**
     * Stores the platform's consumers as defined in code; a consumer no longer in code gets no
     * further deliveries.
     */
    async register(consumers: readonly ConsumerDefinition[]): Promise<void> {
      const stated = consumers.map(({ consumerId, kind, eventTypes, concurrency = 64 }) => ({
        consumer_id: consumerId,
        kind,
        event_types: eventTypes,
        concurrency,
      }));
      await scope.run(consumerRegistration, { consumers: stated });
    },

    dueConsumers: (): Promise<Consumer[]> => scope.run(dueConsumers, {}),

    /** The heads of due lanes, except the busy lanes. */
    async dueLanes(consumerId: string, busy: readonly number[], limit: number): Promise<DueLane[]> {
      const asked = { consumerId, busyLaneIds: busy, limit };
      const rows = await scope.run(dueDeliveries, asked);
      const lanes = new Map<number, DueLane>();
      for (const { laneId, version, deliveryId, ownerId, attempts, ...event } of rows) {
        const lane = lanes.get(laneId) ?? { laneId, version, isWhole: true, deliveries: [] };
        lanes.set(laneId, lane);
        if (deliveryId !== null)
          lane.deliveries.push({ deliveryId, accountId: ownerId, attempts, event });
        lane.isWhole = lane.deliveries.length < deliveriesALane;
      }
      return [...lanes.values()];
    },

    /**
     * Settles the outcomes of a consumer's lanes, each lane once, under a lease's number; throws
     * LeaseLost when another process holds the lease. Repeating counts tries twice and loses
     * nothing.
     */
    async settle(outcomes: readonly LaneOutcome[], leaseNumber: number): Promise<void> {
      const sent = outcomes.flatMap(({ sent: some }) => some);
      const failed = outcomes.flatMap(({ failed: one }) => one ?? []);
      const [lease] = await scope.run(laneSettlement, {
        leaseNumber,
        laneIds: outcomes.map(({ laneId }) => laneId),
        versions: outcomes.map(({ version }) => version),
        areDrained: outcomes.map(({ isDrained }) => isDrained),
        waitsMs: outcomes.map(({ waitMs }) => waitMs),
        sentIds: sent.map(({ deliveryId }) => deliveryId),
        sentCodes: sent.map(({ answer }) => answer?.code ?? null),
        sentDurationsMs: sent.map(({ answer }) => answer?.durationMs ?? null),
        failedIds: failed.map(({ deliveryId }) => deliveryId),
        failedErrors: failed.map(({ error }) => error.slice(0, errorLength)),
        failedCodes: failed.map(({ answer }) => answer?.code ?? null),
        failedDurationsMs: failed.map(({ answer }) => answer?.durationMs ?? null),
      });
      if (!lease?.isHeld) throw new LeaseLost('another process leads');
    },
  };
}

export type DeliveryStore = ReturnType<typeof deliveryStore>;
