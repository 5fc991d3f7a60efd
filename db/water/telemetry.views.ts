import { statement, type Reader } from '../shared/database.js';

/** A message as it came, with what the server knows of it. */
export interface TelemetryView {
  message_id: string;
  device_id: string;
  epoch: number;
  seq: number;
  received_at: string;
  observed_at: string | null;
  payload: Record<string, unknown>;
}

export interface LatestTelemetryView extends TelemetryView {
  /** What was derived of it; null where it has no level in it, or not yet. */
  reading: DerivedReadingView | null;
}
interface DerivedReadingView {
  reading_id: string;
  reservoir_id: string;
  level_pct: number;
  volume_liters: number | null;
  recorded_at: string;
  is_backfill: boolean;
}

/** Sequence numbers of the present epoch, from the first that came up to the last: these did not. */
export interface TelemetryGap {
  from_seq: number;
  to_seq: number;
  missing_count: number;
}

const columns = 'm.message_id, m.device_id, m.epoch, m.seq, m.received_at, m.observed_at, m.payload';
const source = 'from water.device_telemetry_messages m where m.account_id = $1 and m.device_id = $2';

/** Among what came last: a device that resends older messages sends newer ones between them. */
const latest = statement(
  'telemetry.latest',
  `select m.*, (
     select json_build_object('reading_id', g.reading_id, 'reservoir_id', g.reservoir_id, 'level_pct', g.level_pct,
       'volume_liters', g.volume_liters, 'is_backfill', g.is_backfill)
     from water.reservoir_readings g
     where g.account_id = $1 and g.device_id = $2 and g.device_seq = m.seq and g.recorded_at = m.received_at) as reading
   from (select ${columns} ${source} order by m.accepted_no desc limit 1000) m order by m.epoch desc, m.seq desc limit 1`,
);
const history = statement(
  'telemetry.history',
  `select ${columns}, m.accepted_no ${source} and m.accepted_no < coalesce($3::bigint, 9223372036854775807)
     and m.received_at >= coalesce($4::timestamptz, '-infinity') and m.received_at < coalesce($5::timestamptz, 'infinity')
   order by m.accepted_no desc limit $6`,
);
const gaps = statement(
  'telemetry.gaps',
  `select lower(g) as from_seq, upper(g) - 1 as to_seq, upper(g) - lower(g) as missing_count
   from (select i.seqs * int8multirange(int8range(case when a.first_epoch = i.epoch then a.first_seq end, null)) as seqs
     from water.device_attachments a join water.device_inboxes i on i.device_id = a.device_id
     where a.account_id = $1 and a.device_id = $2 and a.detached_at is null) i,
     unnest(int8multirange(int8range(lower(i.seqs), upper(i.seqs))) - i.seqs) as g
   where lower(g) > coalesce($3::bigint, -1) order by 1 limit $4`,
);

const drops = statement(
  'telemetry.drops',
  `select t.drop_id, t.reason, t.count, t.first_at, t.last_at, encode(t.sample_bytes, 'base64') as sample_base64
   from water.telemetry_drops t where t.account_id = $1 and t.device_id = $2
     and (t.last_at, t.drop_id) < (coalesce($3::timestamptz, 'infinity'), coalesce($4::uuid, platform.nil_uuid()))
   order by t.last_at desc, t.drop_id desc limit $5`,
);

/** What was acknowledged and not kept. */
export interface TelemetryDropView {
  drop_id: string;
  reason: string;
  count: number;
  first_at: string;
  last_at: string;
  sample: string | null;
  sample_base64: string | null;
}

export interface TelemetryPeriod {
  since: string | null;
  until: string | null;
}

/** What a device sent while it was attached to the account. */
export function createTelemetryViews(read: Reader) {
  return {
    async latest(accountId: string, deviceId: string): Promise<LatestTelemetryView | undefined> {
      const [row] = await read.inAccount<LatestTelemetryView>(accountId, latest, [accountId, deviceId]);
      return row && { ...row, reading: row.reading && { ...row.reading, recorded_at: row.received_at } };
    },
    /** Last received first; `before` is the number by which a message was let in. */
    history: (
      accountId: string,
      deviceId: string,
      { since, until }: TelemetryPeriod,
      before: number | null,
      limit: number,
    ): Promise<(TelemetryView & { accepted_no: number })[]> =>
      read.inAccount(accountId, history, [accountId, deviceId, before, since, until, limit]),

    /** Last first, before a time and an id. */
    async drops(
      accountId: string,
      deviceId: string,
      [lastAt, dropId]: readonly [string | null, string | null],
      limit: number,
    ): Promise<TelemetryDropView[]> {
      const rows = await read.inAccount<Omit<TelemetryDropView, 'sample'>>(accountId, drops, [
        ...[accountId, deviceId, lastAt, dropId, limit],
      ]);
      return rows.map((row) => {
        const bytes = row.sample_base64 === null ? null : Buffer.from(row.sample_base64, 'base64');
        return { ...row, sample: bytes?.toString('utf8') ?? null, sample_base64: bytes?.toString('base64') ?? null };
      });
    },

    /** Lowest first, from after a sequence number. */
    gaps: (accountId: string, deviceId: string, after: number | null, limit: number): Promise<TelemetryGap[]> =>
      read.inAccount<TelemetryGap>(accountId, gaps, [accountId, deviceId, after, limit]),
  };
}
