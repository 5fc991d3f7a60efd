import { farBelow, nearBelow } from '../../workflows/devices/sequence.rules.js';
import type {
  DroppedMessage,
  TelemetryMessage,
} from '../../workflows/devices/telemetry.contract.js';
import {
  arrayOf,
  bigInteger,
  boolean,
  bytes,
  float,
  orNull,
  text,
  timestamp,
  type Values,
} from '../connection/column.js';
import type { StatementScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { newId } from '../shared/id.js';

/** The result of a batch: a device with something new to derive. */
const acceptedDevice = {
  deviceId: text,
  acceptedTo: bigInteger,
  /** A message of the batch, by distance, changes the level state. */
  isUrgent: boolean,
};
export type AcceptedDevice = Values<typeof acceptedDevice>;

/** Beyond so many separate ranges the oldest gaps are given up before anything more is let in. */
export const maxRanges = 2_000;
/** A device's messages aside; further messages are dropped. */
const maxAside = 5_000;
/**
 * Behind so many messages aside, a message that fills a gap is accepted at once: no more are looked
 * at together.
 */
const maxDoubted = 1_000;
/** Bytes of the first message dropped for a reason. */
const sampleBytes = 2_048;
/**
 * RS, absent in any JSON. Splitting text takes half the time of an array, with elements escaped one
 * by one (docs/decisions/0012).
 */
const payloadSeparator = '\x1e';
/**
 * A message's id is the batch's UUID v7, with the place in the batch for a tail: random numbers are
 * dear in bulk.
 */
const ordinalDigits = 8;

/**
 * One statement a batch. The inbox rows are locked in one order, so two gateways cannot deadlock,
 * and each sees the messages accepted by the other. A message that plainly continues the device's
 * numbers, or fills a gap, is accepted; a possible repeat, a restarted counter or a doubtful jump
 * is set aside, committed as well, for `decideAside`, a closer and slower look. A gap behind such a
 * message is set aside too, since the number may belong to the restarted counter.
 */
const acceptBatch = query({
  name: 'telemetry.accept',
  parameters: {
    deviceIds: arrayOf(text),
    seqs: arrayOf(bigInteger),
    observedTimes: arrayOf(orNull(timestamp)),
    /** Separated by `payloadSeparator`. */
    payloads: text,
    meanDistancesMm: arrayOf(orNull(float)),
    idPrefix: text,
    droppedDeviceIds: arrayOf(text),
    dropReasons: arrayOf(text),
    dropSamples: arrayOf(bytes),
  },
  row: acceptedDevice,
  text: `
  with incoming as (
    select i.* from rows from (unnest(:deviceIds), unnest(:seqs), unnest(:observedTimes),
      string_to_table(:payloads, '${payloadSeparator}'), unnest(:meanDistancesMm)) with ordinality
      as i(device_id, seq, observed_at, payload, mean_mm, n)
  ), locked as materialized (
    select d.device_id, d.seqs, d.accepted_to, d.quiet_from_mm, d.quiet_to_mm, d.epoch, d.boot_id,
      d.reach + cardinality(:seqs) + greatest(0, extract(epoch from now() - d.accepted_at)::bigint) as reach,
      u.provisioning_status = 'DISABLED' as is_disabled
    from devices.device_inboxes d join devices.device_units u on u.device_id = d.device_id
    where d.device_id in (select i.device_id from incoming i) order by d.device_id for update of d
  ), judged as (
    select i.*, l.accepted_to, l.top, l.epoch, a.account_id,
      coalesce(i.mean_mm < l.quiet_from_mm or i.mean_mm > l.quiet_to_mm, false) as is_urgent,
      case when l.device_id is null then 'UNREGISTERED_DEVICE'
        when l.is_disabled then 'UNIT_DISABLED'
        when a.account_id is null then 'UNATTACHED'
        when l.epoch > 0 and exists (select from devices.past_messages p where p.device_id = i.device_id and p.seq = i.seq
          and p.fingerprint = md5(i.payload::jsonb::text)::uuid) then 'DUPLICATE'
        when l.is_sparse then 'ASIDE'
        when i.seq > l.top then case when i.seq - l.top > l.reach then 'ASIDE' end
        when l.seqs @> i.seq or i.seq < l.top - ${farBelow} or (i.seq < l.bottom and i.seq < l.top - ${nearBelow})
          or (i.seq < a.first_seq and a.first_epoch = l.epoch)
          or l.boot_id <> i.payload::jsonb #>> '{system,boot_id}' then 'ASIDE' end as verdict
    from incoming i
    left join (select k.*, lower(k.seqs) as bottom, upper(k.seqs) - 1 as top,
      (select count(*) from unnest(k.seqs)) > ${maxRanges} as is_sparse from locked k) l using (device_id)
    left join devices.device_attachments a on a.device_id = i.device_id and a.detached_at is null
  ), doubted as (
    select b.device_id, case when b.aside_count = 0 then b.first_n when b.aside_count < ${maxDoubted} then 0 end as after_n
    from (select j.device_id, min(j.n) filter (where j.verdict = 'ASIDE') as first_n,
        (select count(*) from (select from devices.messages_aside s where s.device_id = j.device_id and s.seq <= j.top
          limit ${maxDoubted}) s) as aside_count
      from judged j where j.seq <= j.top and coalesce(j.verdict, 'ASIDE') = 'ASIDE' group by j.device_id, j.top) b
  ), numbered as (
    select j.*, j.accepted_to + row_number() over (partition by j.device_id order by j.seq) as accepted_no
    from (select distinct on (g.device_id, g.seq) g.* from judged g where g.verdict is null and not exists (
        select from doubted b where b.device_id = g.device_id and b.after_n < g.n and g.seq < g.top)
      order by g.device_id, g.seq, g.n) j
  ), stored as (
    insert into devices.device_telemetry_messages (device_id, account_id, message_id, epoch, seq, accepted_no, received_at,
      observed_at, payload)
    select n.device_id, n.account_id, (:idPrefix || lpad(to_hex(n.n), ${ordinalDigits}, '0'))::uuid, n.epoch, n.seq, n.accepted_no,
      now(), n.observed_at, n.payload::jsonb from numbered n
  ), undecided as (
    select j.* from judged j where j.verdict = 'ASIDE'
    -- A number that came twice in one batch, and what fills a gap behind one that stands aside.
    union all select j.* from judged j where j.verdict is null
      and (select count(*) from judged c where c.verdict is null) > (select count(*) from numbered)
      and not exists (select from numbered x where x.n = j.n)
  ), crowded as (
    select s.device_id from devices.messages_aside s where s.device_id in (select u.device_id from undecided u)
    group by 1 having count(*) >= ${maxAside}
  ), aside as (
    insert into devices.messages_aside (device_id, account_id, seq, received_at, observed_at, payload, accepted_to, top)
    select u.device_id, u.account_id, u.seq, now(), u.observed_at, u.payload::jsonb,
      coalesce((select max(x.accepted_no) from numbered x where x.device_id = u.device_id), u.accepted_to),
      greatest(u.top, (select max(x.seq) from numbered x where x.device_id = u.device_id))
    from undecided u where u.device_id not in (select c.device_id from crowded c) order by u.n
  ), dropped as (
    insert into devices.telemetry_drops as t (device_id, reason, account_id, count, sample_bytes)
    select d.device_id, d.reason, a.account_id, count(*), (array_agg(d.sample))[1] from (
      select j.device_id, j.verdict as reason, convert_to(left(j.payload, ${sampleBytes}), 'UTF8') as sample
      from judged j where j.verdict is not null and j.verdict <> 'ASIDE'
      union all select u.device_id, 'SEQ_IMPLAUSIBLE', convert_to(left(u.payload, ${sampleBytes}), 'UTF8')
      from undecided u join crowded c using (device_id)
      union all select * from unnest(:droppedDeviceIds, :dropReasons, :dropSamples)
    ) d left join devices.device_attachments a on a.device_id = d.device_id and a.detached_at is null
    group by 1, 2, 3 order by 1, 2
    -- Who has the device may have changed since the first of them, and then nobody is told.
    on conflict (device_id, reason) where reported_at is null do update set count = t.count + excluded.count, last_at = now(),
      account_id = case when t.account_id = excluded.account_id then t.account_id end
  )
  update devices.device_inboxes d set seqs = d.seqs + s.seqs, accepted_to = s.accepted_to, accepted_at = now()
  from (select n.device_id, range_agg(int8range(n.seq, n.seq, '[]')) as seqs, max(n.accepted_no) as accepted_to,
      bool_or(n.is_urgent) as is_urgent
    from numbered n group by n.device_id) s
  where d.device_id = s.device_id
  returning d.device_id, d.accepted_to, s.is_urgent`,
});

/** The durable end of the gateway. When a call returns, everything given is committed. */
export interface TelemetryInbox {
  accept(
    messages: readonly TelemetryMessage[],
    dropped: readonly DroppedMessage[],
  ): Promise<AcceptedDevice[]>;
}

/** How much a device may still send. */
export interface TelemetryBudget {
  /** Takes the bytes of a message off the budget; false, and nothing taken, beyond the budget. */
  take(deviceId: string, bytes: number): boolean;
  /** For bytes taken off and not stored. */
  giveBack(deviceId: string, bytes: number): void;
}

/**
 * The only way in for messages; without a budget a device may send without bound, as in
 * measurements. As millrace_ingest.
 */
export function telemetryInbox(scope: StatementScope, budget?: TelemetryBudget): TelemetryInbox {
  if (!budget) return { accept: (...batch) => acceptReadable(scope, ...batch) };

  async function acceptWithin(...batch: Batch): Promise<AcceptedDevice[]> {
    try {
      return await acceptReadable(scope, ...batch);
    } catch (error) {
      for (const { deviceId, payload } of batch[0]) budget?.giveBack(deviceId, payload.length);
      throw error;
    }
  }
  return {
    async accept(messages, dropped) {
      const isWithin = messages.map(({ deviceId, payload }) =>
        budget.take(deviceId, payload.length),
      );
      if (!isWithin.includes(false)) return acceptWithin(messages, dropped);
      const above = messages.filter((_, n) => !isWithin[n]);
      const told = above.map(({ deviceId, payload }) => ({
        deviceId,
        reason: 'BUDGET_EXCEEDED' as const,
        payload,
      }));
      return acceptWithin(
        messages.filter((_, n) => isWithin[n]),
        [...dropped, ...told],
      );
    },
  };
}

type Batch = Parameters<TelemetryInbox['accept']>;

const storeBatch = (scope: StatementScope, ...[messages, dropped]: Batch) =>
  scope.run(acceptBatch, {
    deviceIds: messages.map(({ deviceId }) => deviceId),
    seqs: messages.map(({ seq }) => seq),
    observedTimes: messages.map(({ observedAt }) => observedAt),
    payloads: messages.map(({ payload }) => payload).join(payloadSeparator),
    meanDistancesMm: messages.map(({ meanDistanceMm }) => meanDistanceMm),
    idPrefix: newId().slice(0, -ordinalDigits),
    droppedDeviceIds: dropped.map(({ deviceId }) => deviceId),
    dropReasons: dropped.map(({ reason }) => reason),
    dropSamples: dropped.map(sampleOf),
  });

/** JSON that PostgreSQL cannot read as jsonb is found by halving and set aside; the rest goes in. */
async function acceptReadable(
  scope: StatementScope,
  ...[messages, dropped]: Batch
): Promise<AcceptedDevice[]> {
  try {
    return await storeBatch(scope, messages, dropped);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    const [only] = messages;
    if (only && messages.length === 1) {
      const { deviceId, payload } = only;
      return storeBatch(scope, [], [...dropped, { deviceId, reason: 'UNREADABLE_TEXT', payload }]);
    }
    const half = messages.length >> 1;
    return [
      ...(await acceptReadable(scope, messages.slice(0, half), dropped)),
      ...(await acceptReadable(scope, messages.slice(half), [])),
    ];
  }
}

/** The beginning of a message, byte by byte as received. */
const sampleOf = ({ payload, bytes }: DroppedMessage): Buffer =>
  (typeof bytes === 'object' ? Buffer.from(bytes) : Buffer.from(payload)).subarray(0, sampleBytes);

/**
 * Class 22: the data is at fault (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
function isUnreadable(error: unknown): boolean {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' && code.startsWith('22');
}
