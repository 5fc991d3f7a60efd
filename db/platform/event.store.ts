import type pg from 'pg';
import type { EventFacts } from '../../workflows/platform/event.contract.js';
import { heldLease, LeaseLost } from './lease.store.js';

/** An event as its consumers see it. */
export interface StoredEvent extends EventFacts {
  counterpartAccountId: string | null;
  actorPrincipalId: string | null;
}

export const storedEventColumns = `e.event_id as "eventId", e.account_id as "accountId", e.counterpart_account_id as "counterpartAccountId",
  e.topic, e.event_type as "eventType", e.event_version as "eventVersion", e.subject_type as "subjectType",
  e.subject_id as "subjectId", e.subject_seq as "subjectSeq", e.occurred_at as "occurredAt",
  e.actor_principal_id as "actorPrincipalId", e.correlation_id as "correlationId", e.causation_id as "causationId", e.payload`;

/** Whether consumer c is one for event m. */
export const isWantedBy = `c.status = 'ACTIVE' and (c.event_types is null or m.event_type = any(c.event_types))
      and (c.account_id is null or c.account_id = m.account_id or c.account_id = m.counterpart_account_id)`;

/**
 * Rows carry a mark rather than a cursor, so a slow transaction's event is found whenever it becomes visible, and a subject's
 * events become visible in their order, since they are numbered under a lock.
 */
const undispatched = {
  name: 'events.undispatched',
  text: 'select e.event_id as "eventId" from platform.events e where e.dispatched_at is null order by e.position limit $1',
};

/**
 * One delivery a consumer that wants the event, and the mark, in one statement: all or none, and an event that another relay
 * has marked meanwhile is left alone. What nobody wants costs its mark only.
 */
const fanOut = {
  name: 'events.fanOut',
  text: `
  with lease as materialized (${heldLease('outbox', '$2')}), found as materialized (
    select e.event_id, row_number() over (order by e.position) as n
    from platform.events e where e.event_id = any($1::uuid[]) and e.dispatched_at is null and exists (select from lease)
  ), counted as (
    update platform.dispatch_counter c set last_no = c.last_no + (select count(*) from found)
    returning c.last_no - (select count(*) from found) as base
  ), marked as (
    update platform.events e set dispatched_at = now(), dispatch_no = counted.base + found.n from found, counted
    where e.event_id = any($1::uuid[]) and e.event_id = found.event_id and e.dispatched_at is null
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
  select exists (select from lease) as "isHeld"`,
};

/** The relay's face of the outbox, over a pool of the role millrace_relay. */
export function createEventStore(pool: pg.Pool) {
  return {
    /**
     * Fans out the oldest events that are not yet, in the office of a lease's number; answers how many there were, and throws
     * LeaseLost where somebody else has it.
     */
    async fanOut(limit: number, leaseNumber: number): Promise<number> {
      const { rows } = await pool.query<{ eventId: string }>({ ...undispatched, values: [limit] });
      if (rows.length === 0) return 0;
      const values = [rows.map(({ eventId }) => eventId), leaseNumber];
      const fannedOut = await pool.query<{ isHeld: boolean }>({ ...fanOut, values });
      if (!fannedOut.rows[0]?.isHeld) throw new LeaseLost('another process leads');
      return rows.length;
    },
  };
}

export type EventStore = ReturnType<typeof createEventStore>;
