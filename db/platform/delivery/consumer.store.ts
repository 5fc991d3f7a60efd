import {
  arrayOf,
  bigInteger,
  orNull,
  text,
  timestamp,
  uuid,
  type Values,
} from '../../connection/column.js';
import type { RoleScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { isWantedBy } from './event.store.js';

/** A consumer as seen by an operator. */
const consumerStanding = {
  consumerId: text,
  status: text,
  pausedUntil: orNull(text),
  pending: bigInteger,
  dead: bigInteger,
  oldestPendingAt: orNull(timestamp),
};
type ConsumerStanding = Values<typeof consumerStanding>;

/** Where a consumer begins again. */
export type RewindStart = { eventId: string } | { at: string };

/** Event number where the lane of an event subject begins again. */
const laneStart = { subjectType: text, subjectId: text, fromSeq: bigInteger };
type LaneStart = Values<typeof laneStart>;

const lanesATime = 500;

const consumerStandings = query({
  name: 'consumers.list',
  row: consumerStanding,
  text: `
  select c.consumer_id, c.status, c.paused_until::text as paused_until,
    count(*) filter (where d.state = 'PENDING') as pending,
    count(*) filter (where d.state = 'DEAD') as dead,
    min(d.created_at) filter (where d.state = 'PENDING') as oldest_pending_at
  from platform.consumers c
  left join platform.deliveries d
    on d.consumer_id = c.consumer_id and d.state in ('PENDING', 'DEAD')
  where c.status <> 'REMOVED' group by c.consumer_id order by c.consumer_id`,
});

const activeConsumer = query({
  name: 'consumers.active',
  parameters: { consumerId: text },
  text: `select from platform.consumers c
   where c.consumer_id = :consumerId and c.status = 'ACTIVE'`,
});

const consumerPause = query({
  name: 'consumers.pause',
  parameters: { consumerId: text, pausedUntil: orNull(timestamp) },
  row: { consumerId: text },
  text: `update platform.consumers c set paused_until = :pausedUntil
   where c.consumer_id = :consumerId returning c.consumer_id`,
});

/**
 * An event subject starts at the first event in the range, and no later event is left out, whatever
 * the clocks of the writers said: a gap would end with an older state delivered last.
 */
const laneStarts = (range: string) => `
  select m.subject_type, m.subject_id, min(m.subject_seq) as from_seq
  from platform.events m
  join platform.consumers c on c.consumer_id = :consumerId and ${isWantedBy}
  where m.dispatched_at is not null and ${range}
    and (m.subject_type, m.subject_id) > (:afterType, :afterId)
  group by 1, 2 order by 1, 2 limit ${lanesATime}`;
const afterSubject = { consumerId: text, afterType: text, afterId: text };

const laneStartsAt = query({
  name: 'lanes.startsAt',
  parameters: { ...afterSubject, at: timestamp },
  row: laneStart,
  text: laneStarts('m.event_id >= platform.uuid_at(:at)'),
});
const laneStartsFrom = query({
  name: 'lanes.startsFrom',
  parameters: { ...afterSubject, eventId: uuid },
  row: laneStart,
  text: laneStarts(
    'm.position >= (select e.position from platform.events e where e.event_id = :eventId)',
  ),
});

/** Locks the lanes, making missing lanes. */
const lanesOfSubjects = query({
  name: 'lanes.take',
  parameters: { consumerId: text, subjectTypes: arrayOf(text), subjectIds: arrayOf(text) },
  row: { laneId: bigInteger, subjectType: text, subjectId: text },
  text: `
  insert into platform.lanes as l (consumer_id, subject_type, subject_id)
  select :consumerId, s.subject_type, s.subject_id
  from unnest(:subjectTypes, :subjectIds) as s(subject_type, subject_id) order by 2, 3
  on conflict (consumer_id, subject_type, subject_id) do update set version = l.version + 1
  returning l.lane_id, l.subject_type, l.subject_id`,
});

const openDeliveryRemoval = query({
  name: 'deliveries.forgetOpen',
  parameters: { laneIds: arrayOf(bigInteger), fromSeqs: arrayOf(bigInteger) },
  text: `
  delete from platform.deliveries d using unnest(:laneIds, :fromSeqs) as s(lane_id, from_seq)
  where d.lane_id = s.lane_id and d.subject_seq >= s.from_seq and d.state in ('PENDING', 'DEAD')`,
});

const deliveryRepetition = query({
  name: 'deliveries.repeat',
  parameters: {
    consumerId: text,
    laneIds: arrayOf(bigInteger),
    subjectTypes: arrayOf(text),
    subjectIds: arrayOf(text),
    fromSeqs: arrayOf(bigInteger),
  },
  row: { count: bigInteger },
  text: `
  with repeated as (
    insert into platform.deliveries
      (account_id, consumer_id, lane_id, event_id, event_type, subject_seq)
    select coalesce(c.account_id, m.account_id), c.consumer_id, s.lane_id, m.event_id,
      m.event_type, m.subject_seq
    from unnest(:laneIds, :subjectTypes, :subjectIds, :fromSeqs)
      as s(lane_id, subject_type, subject_id, from_seq)
    join platform.events m on m.subject_type = s.subject_type and m.subject_id = s.subject_id
      and m.subject_seq >= s.from_seq and m.dispatched_at is not null
    join platform.consumers c on c.consumer_id = :consumerId and ${isWantedBy}
    on conflict do nothing returning 1
  )
  select count(*) as count from repeated`,
});

const laneRelease = query({
  name: 'lanes.release',
  parameters: { laneIds: arrayOf(bigInteger) },
  text: `
  update platform.lanes l set due_at = case when exists (select 1 from platform.deliveries d
      where d.lane_id = l.lane_id and d.state = 'DEAD' and d.released_at is null)
    then 'infinity'::timestamptz else now() end
  where l.lane_id = any(:laneIds)`,
});

/** Commands of operators on consumers, in a scope of the role millrace_relay. */
export function consumerStore(scope: RoleScope) {
  /** Rewinds each lane whole or not at all. */
  const repeatLanes = (consumerId: string, starts: readonly LaneStart[]): Promise<number> =>
    scope.transaction(async (transaction) => {
      const subjectTypes = starts.map(({ subjectType }) => subjectType);
      const subjectIds = starts.map(({ subjectId }) => subjectId);
      const subjects = { consumerId, subjectTypes, subjectIds };
      const lanes = await transaction.run(lanesOfSubjects, subjects);
      const ids = new Map(lanes.map((lane) => [subjectOf(lane), lane.laneId]));
      const laneIds = starts.map((start) => ids.get(subjectOf(start)) ?? 0);
      const fromSeqs = starts.map(({ fromSeq }) => fromSeq);
      // Open deliveries are replaced: the outcome of a delivery in progress then counts for
      // nothing, and the event comes again in turn.
      await transaction.run(openDeliveryRemoval, { laneIds, fromSeqs });
      const asked = { ...subjects, laneIds, fromSeqs };
      const [repeated] = await transaction.run(deliveryRepetition, asked);
      await transaction.run(laneRelease, { laneIds });
      return repeated?.count ?? 0;
    });

  const startsOf = (
    consumerId: string,
    start: RewindStart,
    after: Pick<LaneStart, 'subjectType' | 'subjectId'>,
  ): Promise<LaneStart[]> => {
    const asked = { consumerId, afterType: after.subjectType, afterId: after.subjectId };
    return 'at' in start
      ? scope.read(laneStartsAt, { ...asked, at: start.at })
      : scope.read(laneStartsFrom, { ...asked, eventId: start.eventId });
  };

  const setPause = async (consumerId: string, pausedUntil: 'infinity' | null): Promise<boolean> =>
    (await scope.run(consumerPause, { consumerId, pausedUntil })).length === 1;

  return {
    list: (): Promise<ConsumerStanding[]> => scope.read(consumerStandings, {}),

    /**
     * Pauses a consumer, whose deliveries are stored and wait; returns whether the consumer exists.
     */
    pause: (consumerId: string): Promise<boolean> => setPause(consumerId, 'infinity'),
    resume: (consumerId: string): Promise<boolean> => setPause(consumerId, null),

    /**
     * Delivers again, in order, the consumer's events since the start; returns the count, or
     * undefined without such an active consumer. A rewind stopped halfway has rewound some lanes,
     * each whole, and may be repeated.
     */
    async rewind(consumerId: string, start: RewindStart): Promise<number | undefined> {
      const active = await scope.read(activeConsumer, { consumerId });
      if (active.length === 0) return undefined;
      let after = { subjectType: '', subjectId: '' };
      let count = 0;
      for (;;) {
        const starts = await startsOf(consumerId, start, after);
        const last = starts.at(-1);
        if (!last) return count;
        count += await repeatLanes(consumerId, starts);
        after = last;
      }
    },
  };
}

const subjectOf = ({ subjectType, subjectId }: Pick<LaneStart, 'subjectType' | 'subjectId'>) =>
  `${subjectType}/${subjectId}`;
