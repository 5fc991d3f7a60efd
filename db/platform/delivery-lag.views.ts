import type pg from 'pg';

export interface ConsumerLag {
  /** All webhooks are one: their ids have no end. */
  consumer: string;
  deadLetters: number;
  lanesWaiting: number;
  lanesHeld: number;
  /** Of the lane that should have gone first; 0 when none is late. */
  lateSeconds: number;
}
export interface EventLag {
  waiting: number;
  oldestSeconds: number;
}

const countedMax = 10_000;
const consumerOf = (id: string) => `case when ${id} like 'webhook/%' then 'webhook' else ${id} end`;

/** From the partial index of what is not dispatched. */
const eventLag = `
  select count(*)::int as waiting, coalesce(extract(epoch from now() - min(e.occurred_at)), 0)::float8 as "oldestSeconds"
  from (select occurred_at from platform.events where dispatched_at is null order by position limit ${countedMax}) e`;

/** Only lanes with something in them and only dead letters are looked at, each by its partial index. */
const consumerLags = `
  with known as (
    select distinct ${consumerOf('c.consumer_id')} as consumer from platform.consumers c where c.status <> 'REMOVED'
  ), dead as (
    select ${consumerOf('d.consumer_id')} as consumer, count(*)::int as dead_letters
    from platform.deliveries d where d.state = 'DEAD' and d.released_at is null group by 1
  ), lanes as (
    select ${consumerOf('l.consumer_id')} as consumer, count(*) filter (where l.due_at < 'infinity')::int as waiting,
      count(*) filter (where l.due_at = 'infinity')::int as held,
      greatest(extract(epoch from now() - min(l.due_at) filter (where l.due_at < 'infinity')), 0)::float8 as late_seconds
    from platform.lanes l where l.due_at is not null group by 1
  )
  select consumer, coalesce(d.dead_letters, 0) as "deadLetters", coalesce(l.waiting, 0) as "lanesWaiting",
    coalesce(l.held, 0) as "lanesHeld", coalesce(l.late_seconds, 0) as "lateSeconds"
  from known full join dead d using (consumer) full join lanes l using (consumer) order by consumer`;

/** How far behind the relay is, over a pool of the role millrace_relay. */
export function createDeliveryLagViews(pool: pg.Pool) {
  return {
    async events(): Promise<EventLag> {
      const { rows } = await pool.query<EventLag>({ name: 'lag.events', text: eventLag });
      return rows[0] ?? { waiting: 0, oldestSeconds: 0 };
    },
    async consumers(): Promise<ConsumerLag[]> {
      return (await pool.query<ConsumerLag>({ name: 'lag.consumers', text: consumerLags })).rows;
    },
  };
}
