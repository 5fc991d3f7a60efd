import { float, integer, text, type Values } from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

const eventLag = { waiting: integer, oldestSeconds: float };
type EventLag = Values<typeof eventLag>;

/** All webhooks count as one consumer, since the number of webhook ids has no bound. */
const consumerLag = {
  consumer: text,
  deadLetters: integer,
  lanesWaiting: integer,
  lanesHeld: integer,
  /** Lateness of the lane that was due first; 0 when no lane is late. */
  lateSeconds: float,
};
type ConsumerLag = Values<typeof consumerLag>;

const countedMax = 10_000;
const consumerOf = (id: string) => `case when ${id} like 'webhook/%' then 'webhook' else ${id} end`;

/** Reads the partial index of undispatched events. */
const undispatchedLag = query({
  name: 'lag.events',
  row: eventLag,
  text: `
  select count(*)::int as waiting,
    coalesce(extract(epoch from now() - min(e.occurred_at)), 0)::float8 as oldest_seconds
  from (select occurred_at from platform.events where dispatched_at is null
    order by position limit ${countedMax}) e`,
});

/** Reads only lanes with deliveries and dead letters, each by a partial index. */
const consumerLags = query({
  name: 'lag.consumers',
  row: consumerLag,
  text: `
  with known as (
    select distinct ${consumerOf('c.consumer_id')} as consumer
    from platform.consumers c where c.status <> 'REMOVED'
  ), dead as (
    select ${consumerOf('d.consumer_id')} as consumer, count(*)::int as dead_letters
    from platform.deliveries d where d.state = 'DEAD' and d.released_at is null group by 1
  ), lanes as (
    select ${consumerOf('l.consumer_id')} as consumer,
      count(*) filter (where l.due_at < 'infinity')::int as waiting,
      count(*) filter (where l.due_at = 'infinity')::int as held,
      greatest(extract(epoch from now() - min(l.due_at) filter (where l.due_at < 'infinity')), 0)::float8
        as late_seconds
    from platform.lanes l where l.due_at is not null group by 1
  )
  select consumer, coalesce(d.dead_letters, 0) as dead_letters,
    coalesce(l.waiting, 0) as lanes_waiting, coalesce(l.held, 0) as lanes_held,
    coalesce(l.late_seconds, 0) as late_seconds
  from known full join dead d using (consumer) full join lanes l using (consumer)
  order by consumer`,
});

/** How far behind the relay is, in a scope of the role millrace_relay. */
export const deliveryLagViews = (scope: ReadScope) => ({
  async events(): Promise<EventLag> {
    const [lag] = await scope.read(undispatchedLag, {});
    return lag ?? { waiting: 0, oldestSeconds: 0 };
  },
  consumers: (): Promise<ConsumerLag[]> => scope.read(consumerLags, {}),
});
