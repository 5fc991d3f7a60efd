import type pg from 'pg';
import type { Consumer, ConsumerKind } from '../../workflows/platform/delivery.contract.js';
import { storedEventColumns, type StoredEvent } from './event.store.js';
import { heldLease, LeaseLost } from './lease.store.js';

/** A consumer of the platform's own, as its code states it. */
export interface ConsumerDefinition {
  consumerId: string;
  kind: ConsumerKind;
  /** Null for all of them. */
  eventTypes: readonly string[] | null;
  concurrency?: number;
}

/** One event on its way to one consumer. */
export interface PendingDelivery {
  deliveryId: string;
  /** The consumer's account, else the event's. */
  accountId: string | null;
  /** Tries before this one. */
  attempts: number;
  event: StoredEvent;
}

/** The head of a lane, in order. */
export interface DueLane {
  laneId: number;
  version: number;
  /** Whether nothing more waits behind these. */
  isWhole: boolean;
  deliveries: PendingDelivery[];
}

/** A delivery that was tried, and what the other side said to it, if it says anything. */
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

/** Which lanes wait is read from one index, so a held lane costs nothing however much is behind it. */
const dueConsumers = {
  name: 'deliveries.dueConsumers',
  text: `
  select c.consumer_id as "consumerId", c.account_id as "accountId", c.kind, c.concurrency from platform.consumers c
  where c.status = 'ACTIVE' and (c.paused_until is null or c.paused_until <= now())
    and exists (select 1 from platform.lanes l where l.consumer_id = c.consumer_id and l.due_at <= now())`,
};

const dueLanes = {
  name: 'deliveries.dueLanes',
  // Asked again for each handful of lanes, so that a consumer that is paused meanwhile gets no more.
  text: `
  select l.lane_id as "laneId", l.version, d.delivery_id as "deliveryId", d.account_id as "ownerId", d.attempts,
    ${storedEventColumns}
  from (select l.lane_id, l.version, l.due_at from platform.lanes l
    where l.consumer_id = $1 and l.due_at <= now() and l.lane_id <> all($2::bigint[])
      and exists (select 1 from platform.consumers c where c.consumer_id = $1 and c.status = 'ACTIVE'
        and (c.paused_until is null or c.paused_until <= now()))
    order by l.due_at limit $3) l
  left join lateral (select d.delivery_id, d.account_id, d.attempts, d.event_id, d.subject_seq from platform.deliveries d
    where d.lane_id = l.lane_id and d.state = 'PENDING' order by d.subject_seq limit ${deliveriesALane}) d on true
  left join platform.events e on e.event_id = d.event_id
  order by l.due_at, l.lane_id, d.subject_seq`,
};

/** Lanes are locked first and in one order, as everywhere, so this cannot deadlock with what puts deliveries into them. */
const settle = {
  name: 'deliveries.settle',
  text: `
  with lease as materialized (${heldLease('outbox', '$12')}), locked as materialized (
    select l.lane_id from platform.lanes l where l.lane_id = any($1::bigint[]) and exists (select from lease)
    order by l.consumer_id, l.subject_type, l.subject_id for update
  ), sent as (
    update platform.deliveries d set state = 'SENT', attempts = d.attempts + 1, last_attempt_at = now(), finished_at = now(),
      response_code = s.code, duration_ms = s.duration_ms
    from unnest($5::uuid[], $8::int[], $9::int[]) as s(delivery_id, code, duration_ms)
    where d.delivery_id = s.delivery_id and d.state = 'PENDING' and (select count(*) from locked) > 0
  ), failed as (
    update platform.deliveries d set attempts = d.attempts + 1, last_attempt_at = now(), last_error = f.error,
      response_code = f.code, duration_ms = f.duration_ms
    from unnest($6::uuid[], $7::text[], $10::int[], $11::int[]) as f(delivery_id, error, code, duration_ms)
    where d.delivery_id = f.delivery_id and d.state = 'PENDING' and (select count(*) from locked) > 0
  ), moved as (
  update platform.lanes l set due_at = case
      when s.wait_ms is not null then now() + make_interval(secs => s.wait_ms / 1000)
      when s.is_drained and l.version = s.version then null
      else now() end
  from unnest($1::bigint[], $2::bigint[], $3::boolean[], $4::float8[]) as s(lane_id, version, is_drained, wait_ms)
  where l.lane_id = s.lane_id and l.due_at < 'infinity' and (select count(*) from locked) > 0)
  select exists (select from lease) as "isHeld"`,
};

type DueRow = StoredEvent & {
  laneId: number;
  version: number;
  deliveryId: string | null;
  ownerId: string | null;
  attempts: number;
};

/** What is on its way, over a pool of the role millrace_relay. */
export function createDeliveryStore(pool: pg.Pool) {
  return {
    /** Makes the platform's own consumers what the code says; one that it no longer has gets nothing more. */
    async register(consumers: readonly ConsumerDefinition[]): Promise<void> {
      const rows = consumers.map(({ consumerId, kind, eventTypes, concurrency = 64 }) => ({
        ...{ consumer_id: consumerId, kind, event_types: eventTypes, concurrency },
      }));
      await pool.query(
        `with stated as (
           select * from jsonb_to_recordset($1) as s(consumer_id text, kind text, event_types text[], concurrency integer)
         ), gone as (
           update platform.consumers c set status = 'DISABLED'
           where c.account_id is null and c.consumer_id not in (select s.consumer_id from stated s)
         )
         insert into platform.consumers as c (consumer_id, kind, event_types, concurrency) select * from stated
         on conflict (consumer_id) do update
           set event_types = excluded.event_types, concurrency = excluded.concurrency, status = 'ACTIVE'`,
        [JSON.stringify(rows)],
      );
    },

    async dueConsumers(): Promise<Consumer[]> {
      return (await pool.query<Consumer>(dueConsumers)).rows;
    },

    /** The heads of lanes whose time has come, except the busy ones. */
    async dueLanes(consumerId: string, busy: readonly number[], limit: number): Promise<DueLane[]> {
      const { rows } = await pool.query<DueRow>({ ...dueLanes, values: [consumerId, busy, limit] });
      const lanes = new Map<number, DueLane>();
      for (const { laneId, version, deliveryId, ownerId, attempts, ...event } of rows) {
        const lane = lanes.get(laneId) ?? { laneId, version, isWhole: true, deliveries: [] };
        lanes.set(laneId, lane);
        if (deliveryId !== null) lane.deliveries.push({ deliveryId, accountId: ownerId, attempts, event });
        lane.isWhole = lane.deliveries.length < deliveriesALane;
      }
      return [...lanes.values()];
    },

    /**
     * What became of lanes of one consumer, each once, in the office of a lease's number; throws LeaseLost where somebody else
     * has it. Repeating it counts tries twice and loses nothing.
     */
    async settle(outcomes: readonly LaneOutcome[], leaseNumber: number): Promise<void> {
      const sent = outcomes.flatMap(({ sent: some }) => some);
      const failed = outcomes.flatMap(({ failed: one }) => one ?? []);
      const { rows } = await pool.query<{ isHeld: boolean }>({
        ...settle,
        values: [
          outcomes.map(({ laneId }) => laneId),
          outcomes.map(({ version }) => version),
          outcomes.map(({ isDrained }) => isDrained),
          outcomes.map(({ waitMs }) => waitMs),
          sent.map(({ deliveryId }) => deliveryId),
          failed.map(({ deliveryId }) => deliveryId),
          failed.map(({ error }) => error.slice(0, errorLength)),
          sent.map(({ answer }) => answer?.code ?? null),
          sent.map(({ answer }) => answer?.durationMs ?? null),
          failed.map(({ answer }) => answer?.code ?? null),
          failed.map(({ answer }) => answer?.durationMs ?? null),
          leaseNumber,
        ],
      });
      if (!rows[0]?.isHeld) throw new LeaseLost('another process leads');
    },
  };
}

export type DeliveryStore = ReturnType<typeof createDeliveryStore>;
