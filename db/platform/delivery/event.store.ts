import type { EventFacts } from '../../../workflows/platform/event.contract.js';
import {
  arrayOf,
  bigInteger,
  boolean,
  integer,
  json,
  listOf,
  orNull,
  text,
  timestamp,
  uuid,
  type Values,
} from '../../connection/column.js';
import type { StatementScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { heldLease, LeaseLost } from './lease.store.js';

/** An event as seen by consumers. */
export const storedEvent = {
  eventId: uuid,
  accountId: orNull(uuid),
  counterpartAccountId: orNull(uuid),
  topic: text,
  eventType: text,
  eventVersion: integer,
  subjectType: text,
  subjectId: text,
  subjectSeq: bigInteger,
  occurredAt: timestamp,
  actorPrincipalId: orNull(uuid),
  correlationId: orNull(text),
  causationId: orNull(uuid),
  payload: json<EventFacts['payload']>(),
};
export type StoredEvent = Values<typeof storedEvent>;
export const storedEventColumns = listOf(storedEvent, 'e');

/** Condition: consumer c wants event m. */
export const isWantedBy = `c.status = 'ACTIVE' and (c.event_types is null or m.event_type = any(c.event_types))
      and (c.account_id is null or c.account_id = m.account_id or c.account_id = m.counterpart_account_id)`;

/**
 * Rows carry a mark rather than a cursor, so a slow transaction's event is found once visible, and
 * an event subject's events become visible in order, since the numbers are given under a lock
 * (docs/decisions/0006).
 */
const undispatchedEvents = query({
  name: 'events.undispatched',
  parameters: { limit: integer },
  row: { eventId: uuid },
  text: `
  select e.event_id from platform.events e
  where e.dispatched_at is null order by e.position limit :limit`,
});

/**
 * Stores a delivery for each consumer that wants the event, and the mark, in one statement: all or
 * none. An event marked by another relay meanwhile is left alone; an event without consumers costs
 * only the mark.
 */
const eventDispatch = query({
  name: 'events.fanOut',
  parameters: { eventIds: arrayOf(uuid), leaseNumber: bigInteger },
  row: { isHeld: boolean },
  text: `
  with lease as materialized (${heldLease('outbox')}), found as materialized (
    select e.event_id, row_number() over (order by e.position) as n
    from platform.events e
    where e.event_id = any(:eventIds) and e.dispatched_at is null and exists (select from lease)
  ), counted as (
    update platform.dispatch_counter c set last_no = c.last_no + (select count(*) from found)
    returning c.last_no - (select count(*) from found) as base
  ), marked as (
    update platform.events e set dispatched_at = now(), dispatch_no = counted.base + found.n from found, counted
    where e.event_id = any(:eventIds) and e.event_id = found.event_id and e.dispatched_at is null
    returning e.dispatch_no, e.event_id, e.account_id, e.counterpart_account_id, e.event_type, e.subject_type, e.subject_id,
      e.subject_seq
  ), wanted as materialized (
    select m.dispatch_no, m.event_id, m.event_type, m.subject_type, m.subject_id, m.subject_seq, c.consumer_id,
      coalesce(c.account_id, m.account_id) as account_id
    from marked m join platform.consumers c on ${isWantedBy}
  ), laned as (
    insert into platform.lanes as l (consumer_id, subject_type, subject_id, due_at)
    select distinct w.consumer_id, w.subject_type, w.subject_id, now() from wanted w order by 1, 2, 3
    on conflict (consumer_id, subject_type, subject_id)
      do update set version = l.version + 1, due_at = coalesce(l.due_at, now())
    returning l.lane_id, l.consumer_id, l.subject_type, l.subject_id
  ), delivered as (
    insert into platform.deliveries (account_id, consumer_id, lane_id, event_id, event_type, subject_seq)
    select w.account_id, w.consumer_id, l.lane_id, w.event_id, w.event_type, w.subject_seq
    from wanted w join laned l using (consumer_id, subject_type, subject_id)
    -- So that lists by id, too, show them in their order.
    order by w.dispatch_no
    on conflict do nothing
  )
  select exists (select from lease) as is_held`,
});

/** The relay's face of the outbox, in a scope of the role millrace_relay. */
export function eventStore(scope: StatementScope) {
  return {
    /**
     * Fans out the oldest undispatched events under a lease's number; returns the count, and throws
     * LeaseLost when another process holds the lease.
     */
    async fanOut(limit: number, leaseNumber: number): Promise<number> {
      const found = await scope.run(undispatchedEvents, { limit });
      if (found.length === 0) return 0;
      const eventIds = found.map(({ eventId }) => eventId);
      const [lease] = await scope.run(eventDispatch, { eventIds, leaseNumber });
      if (!lease?.isHeld) throw new LeaseLost('another process leads');
      return found.length;
    },
  };
}

export type EventStore = ReturnType<typeof eventStore>;
