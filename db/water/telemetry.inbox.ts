import type pg from 'pg';
import type { DroppedMessage, TelemetryMessage } from '../../workflows/water/telemetry.contract.js';
import { newId } from '../shared/id.js';

/** What came of a batch: which devices have something new to derive. */
export interface AcceptedDevice {
  deviceId: string;
  acceptedTo: number;
  /** One of the messages, by its distance, changes the level state. */
  isUrgent: boolean;
}

/** Beyond so many separate ranges a device does not number its messages any more. */
const maxRanges = 2_000;
const sampleCharacters = 500;
/** RS, which no JSON holds. Text that is split there takes half the time of an array, whose elements are escaped one by one. */
const payloadSeparator = '\x1e';
/** A message's id is that of its batch, a UUID v7, with its place in the batch for a tail: random numbers are dear in bulk. */
const ordinalDigits = 8;

/**
 * One statement a batch. The inbox rows are locked in one order, so two gateways cannot deadlock, and each sees what the
 * other has let in; a sequence number that is in already changes nothing and is acknowledged again. One from before the
 * attachment is what somebody else measured.
 */
const acceptBatch = {
  name: 'telemetry.accept',
  text: `
  with incoming as (
    select i.* from rows from (unnest($1::text[]), unnest($2::bigint[]), unnest($3::timestamptz[]),
      string_to_table($4::text, '${payloadSeparator}'), unnest($9::float8[])) with ordinality
      as i(device_id, seq, observed_at, payload, mean_mm, n)
  ), locked as materialized (
    select d.device_id, d.seqs, d.accepted_to, d.quiet_from_mm, d.quiet_to_mm,
      u.provisioning_status = 'DISABLED' as is_disabled
    from water.device_inboxes d join water.device_units u on u.device_id = d.device_id
    where d.device_id in (select i.device_id from incoming i) order by d.device_id for update of d
  ), judged as (
    select i.*, l.accepted_to, a.account_id,
      coalesce(i.mean_mm < l.quiet_from_mm or i.mean_mm > l.quiet_to_mm, false) as is_urgent,
      case when l.device_id is null then 'UNREGISTERED_DEVICE'
        when l.is_disabled then 'UNIT_DISABLED'
        when a.account_id is null then 'UNATTACHED'
        when l.seqs @> i.seq then 'DUPLICATE'
        when i.seq < a.first_seq then 'UNATTACHED'
        when l.is_sparse then 'SEQ_TOO_SPARSE' end as verdict
    from incoming i
    left join (select k.*, (select count(*) from unnest(k.seqs)) > ${maxRanges} as is_sparse from locked k) l using (device_id)
    left join water.device_attachments a on a.device_id = i.device_id and a.detached_at is null
  ), numbered as (
    select j.*, j.accepted_to + row_number() over (partition by j.device_id order by j.seq) as accepted_no
    from (select distinct on (device_id, seq) * from judged where verdict is null order by device_id, seq, n) j
  ), stored as (
    insert into water.device_telemetry_messages (device_id, account_id, message_id, seq, accepted_no, received_at, observed_at, payload)
    select n.device_id, n.account_id, ($8::text || lpad(to_hex(n.n), ${ordinalDigits}, '0'))::uuid, n.seq, n.accepted_no, now(), n.observed_at,
      n.payload::jsonb from numbered n
  ), dropped as (
    insert into water.telemetry_drops as t (device_id, reason, count, sample)
    select d.device_id, d.reason, count(*), min(left(d.payload, ${sampleCharacters})) from (
      select j.device_id, j.verdict as reason, j.payload from judged j where j.verdict is not null and j.verdict <> 'DUPLICATE'
      union all select * from unnest($5::text[], $6::text[], $7::text[])
    ) d group by 1, 2 order by 1, 2
    on conflict (device_id, reason) where reported_at is null do update set count = t.count + excluded.count, last_at = now()
  )
  update water.device_inboxes d set seqs = d.seqs + s.seqs, accepted_to = s.accepted_to
  from (select n.device_id, range_agg(int8range(n.seq, n.seq, '[]')) as seqs, max(n.accepted_no) as accepted_to,
      bool_or(n.is_urgent) as is_urgent
    from numbered n group by n.device_id) s
  where d.device_id = s.device_id
  returning d.device_id as "deviceId", d.accepted_to as "acceptedTo", s.is_urgent as "isUrgent"`,
};

/** The durable end of the gateway, over a pool of the role millrace_ingest. When a call returns, everything in it is committed. */
export interface TelemetryInbox {
  accept(messages: readonly TelemetryMessage[], dropped: readonly DroppedMessage[]): Promise<AcceptedDevice[]>;
}

/** How much a device may still send. */
export interface TelemetryBudget {
  /** Whether a message of so many bytes is within it, and then takes it off. */
  take(deviceId: string, bytes: number): boolean;
  /** For what was taken off and not stored. */
  giveBack(deviceId: string, bytes: number): void;
}

/** The one way in, whatever brings a message; without a budget a device may send what it likes, as where something is measured. */
export function createTelemetryInbox(pool: pg.Pool, budget?: TelemetryBudget): TelemetryInbox {
  async function store(
    messages: readonly TelemetryMessage[],
    dropped: readonly DroppedMessage[],
  ): Promise<AcceptedDevice[]> {
    const { rows } = await pool.query<AcceptedDevice>({
      ...acceptBatch,
      values: [
        messages.map(({ deviceId }) => deviceId),
        messages.map(({ seq }) => seq),
        messages.map(({ observedAt }) => observedAt),
        messages.map(({ payload }) => payload).join(payloadSeparator),
        dropped.map(({ deviceId }) => deviceId),
        dropped.map(({ reason }) => reason),
        dropped.map(({ payload }) => payload.replaceAll('\0', '').slice(0, sampleCharacters)),
        newId().slice(0, -ordinalDigits),
        messages.map(({ meanDistanceMm }) => meanDistanceMm),
      ],
    });
    return rows;
  }

  /** What PostgreSQL cannot read as jsonb, though it is JSON, is found by halving and set aside; the rest goes in. */
  async function accept(
    messages: readonly TelemetryMessage[],
    dropped: readonly DroppedMessage[],
  ): Promise<AcceptedDevice[]> {
    try {
      return await store(messages, dropped);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      const [only] = messages;
      if (only && messages.length === 1) {
        return store([], [...dropped, { deviceId: only.deviceId, reason: 'UNREADABLE', payload: only.payload }]);
      }
      const half = messages.length >> 1;
      return [...(await accept(messages.slice(0, half), dropped)), ...(await accept(messages.slice(half), []))];
    }
  }
  if (!budget) return { accept };
  return {
    async accept(messages, dropped) {
      const isWithin = messages.map(({ deviceId, payload }) => budget.take(deviceId, payload.length));
      if (!isWithin.includes(false)) return acceptWithin(messages, dropped);
      const above = messages.filter((_, n) => !isWithin[n]);
      const told = above.map(({ deviceId, payload }) => ({ deviceId, reason: 'BUDGET_EXCEEDED' as const, payload }));
      return acceptWithin(
        messages.filter((_, n) => isWithin[n]),
        [...dropped, ...told],
      );
    },
  };

  async function acceptWithin(...batch: Parameters<typeof accept>): Promise<AcceptedDevice[]> {
    try {
      return await accept(...batch);
    } catch (error) {
      for (const { deviceId, payload } of batch[0]) budget?.giveBack(deviceId, payload.length);
      throw error;
    }
  }
}

/** Class 22: the data itself is at fault (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
function isUnreadable(error: unknown): boolean {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' && code.startsWith('22');
}
