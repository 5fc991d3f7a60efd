import type pg from 'pg';
import { asError } from '../shared/fault.js';
import { isWantedBy } from './event.store.js';

/** A consumer as an operator sees it. */
export interface ConsumerStanding {
  consumerId: string;
  status: string;
  pausedUntil: string | null;
  pending: number;
  dead: number;
  oldestPendingAt: string | null;
}

/** Where a consumer begins again. */
export type RewindStart = { eventId: string } | { at: string };

interface LaneStart {
  subjectType: string;
  subjectId: string;
  fromSeq: number;
}

const lanesATime = 500;

const standings = `
  select c.consumer_id as "consumerId", c.status, c.paused_until::text as "pausedUntil",
    count(*) filter (where d.state = 'PENDING') as pending, count(*) filter (where d.state = 'DEAD') as dead,
    min(d.created_at) filter (where d.state = 'PENDING') as "oldestPendingAt"
  from platform.consumers c
  left join platform.deliveries d on d.consumer_id = c.consumer_id and d.state in ('PENDING', 'DEAD')
  where c.status <> 'REMOVED' group by c.consumer_id order by c.consumer_id`;

/**
 * A subject starts at its first event in the range, and from there nothing is left out, whatever the clocks of those who wrote
 * its events said: a gap would end with an older state told last.
 */
const laneStarts = (range: string) => `
  select m.subject_type as "subjectType", m.subject_id as "subjectId", min(m.subject_seq) as "fromSeq"
  from platform.events m join platform.consumers c on c.consumer_id = $1 and ${isWantedBy}
  where m.dispatched_at is not null and ${range} and (m.subject_type, m.subject_id) > ($3, $4)
  group by 1, 2 order by 1, 2 limit ${lanesATime}`;
const fromTime = laneStarts('m.event_id >= platform.uuid_at($2::timestamptz)');
const fromEvent = laneStarts('m.position >= (select e.position from platform.events e where e.event_id = $2::uuid)');

const takeLanes = `
  insert into platform.lanes as l (consumer_id, subject_type, subject_id)
  select $1, s.subject_type, s.subject_id from unnest($2::text[], $3::text[]) as s(subject_type, subject_id) order by 2, 3
  on conflict (consumer_id, subject_type, subject_id) do update set version = l.version + 1
  returning l.lane_id as "laneId", l.subject_type as "subjectType", l.subject_id as "subjectId"`;

const forget = `
  delete from platform.deliveries d using unnest($1::bigint[], $2::bigint[]) as s(lane_id, from_seq)
  where d.lane_id = s.lane_id and d.subject_seq >= s.from_seq and d.state in ('PENDING', 'DEAD')`;

const repeat = `
  insert into platform.deliveries (account_id, consumer_id, lane_id, event_id, event_type, subject_seq)
  select coalesce(c.account_id, m.account_id), c.consumer_id, s.lane_id, m.event_id, m.event_type, m.subject_seq
  from unnest($2::bigint[], $3::text[], $4::text[], $5::bigint[]) as s(lane_id, subject_type, subject_id, from_seq)
  join platform.events m on m.subject_type = s.subject_type and m.subject_id = s.subject_id
    and m.subject_seq >= s.from_seq and m.dispatched_at is not null
  join platform.consumers c on c.consumer_id = $1 and ${isWantedBy}
  on conflict do nothing`;

const letGo = `
  update platform.lanes l set due_at = case when exists (select 1 from platform.deliveries d
    where d.lane_id = l.lane_id and d.state = 'DEAD' and d.released_at is null) then 'infinity'::timestamptz else now() end
  where l.lane_id = any($1::bigint[])`;

/** What operators do to consumers, over a pool of the role millrace_relay. */
export function createConsumerStore(pool: pg.Pool) {
  /** One lane is rewound whole or not at all. */
  async function repeatLanes(consumerId: string, starts: readonly LaneStart[]): Promise<number> {
    const client = await pool.connect();
    let failed: Error | undefined;
    try {
      await client.query('begin');
      const [types, ids] = [starts.map((start) => start.subjectType), starts.map((start) => start.subjectId)];
      const { rows } = await client.query<Omit<LaneStart, 'fromSeq'> & { laneId: number }>(takeLanes, [
        consumerId,
        types,
        ids,
      ]);
      const laneIds = new Map(rows.map((row) => [`${row.subjectType}/${row.subjectId}`, row.laneId]));
      const lanes = starts.map((start) => laneIds.get(`${start.subjectType}/${start.subjectId}`));
      const seqs = starts.map(({ fromSeq }) => fromSeq);
      // What is open gets a new delivery: the outcome of one that is being tried right now then counts for nothing, and it
      // comes again in its turn.
      await client.query(forget, [lanes, seqs]);
      const { rowCount } = await client.query(repeat, [consumerId, lanes, types, ids, seqs]);
      await client.query(letGo, [lanes]);
      await client.query('commit');
      return rowCount ?? 0;
    } catch (error) {
      failed = asError(error);
      throw error;
    } finally {
      client.release(failed);
    }
  }

  return {
    async list(): Promise<ConsumerStanding[]> {
      return (await pool.query<ConsumerStanding>(standings)).rows;
    },

    /** Its deliveries are kept and wait; answers whether there is such a consumer. */
    async pause(consumerId: string): Promise<boolean> {
      return setPause(pool, consumerId, 'infinity');
    },
    async resume(consumerId: string): Promise<boolean> {
      return setPause(pool, consumerId, null);
    },

    /**
     * Delivers again, in order, what a consumer has had since then; answers how many, or undefined where no such consumer is
     * active. Stopped halfway it has rewound some lanes, each whole, and may be called again.
     */
    async rewind(consumerId: string, start: RewindStart): Promise<number | undefined> {
      const { rowCount } = await pool.query(
        "select 1 from platform.consumers where consumer_id = $1 and status = 'ACTIVE'",
        [consumerId],
      );
      if (!rowCount) return undefined;
      const [query, from] = 'at' in start ? [fromTime, start.at] : [fromEvent, start.eventId];
      let [after, count]: [Pick<LaneStart, 'subjectType' | 'subjectId'>, number] = [
        { subjectType: '', subjectId: '' },
        0,
      ];
      for (;;) {
        const { rows } = await pool.query<LaneStart>(query, [consumerId, from, after.subjectType, after.subjectId]);
        const last = rows.at(-1);
        if (!last) return count;
        count += await repeatLanes(consumerId, rows);
        after = last;
      }
    },
  };
}

async function setPause(pool: pg.Pool, consumerId: string, until: 'infinity' | null): Promise<boolean> {
  const { rowCount } = await pool.query('update platform.consumers set paused_until = $2 where consumer_id = $1', [
    consumerId,
    until,
  ]);
  return rowCount === 1;
}
