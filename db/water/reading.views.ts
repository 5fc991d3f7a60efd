import type { ReadingSource } from '../../workflows/water/reservoir.contract.js';
import { statement, type Reader } from '../shared/database.js';

export interface ReadingView {
  reading_id: string;
  recorded_at: string;
  observed_at: string | null;
  level_pct: number;
  volume_liters: number | null;
  source: ReadingSource;
  device_id: string | null;
  device_epoch: number | null;
  device_seq: number | null;
  is_backfill: boolean;
  raw_sample_count: number | null;
  raw_mean: number | null;
  raw_stddev: number | null;
  telemetry_message_id: string | null;
  geometry_version: number;
  note: string | null;
}

/** One step of time. A step without readings is there as well and says so: no data is not zero. */
export interface ReadingBucket {
  bucket_start: string;
  bucket_end: string;
  data: 'observed' | 'missing';
  reading_count: number;
  min_level_pct: number | null;
  max_level_pct: number | null;
  mean_level_pct: number | null;
  last_level_pct: number | null;
  last_volume_liters: number | null;
}

/** From `since` up to, and without, `until`. */
export interface Period {
  since: string | null;
  until: string | null;
}

const raw = statement(
  'reading.raw',
  `select g.reading_id, g.recorded_at, g.observed_at, g.level_pct, g.volume_liters, g.source, g.device_id,
     coalesce(g.device_epoch, case when g.device_id is not null then 0 end) as device_epoch, g.device_seq,
     g.is_backfill, g.raw_sample_count, g.raw_mean, g.raw_stddev, g.telemetry_message_id, g.geometry_version, g.note
   from water.reservoir_readings g
   where g.account_id = $1 and g.reservoir_id = $2
     and g.recorded_at >= coalesce($3::timestamptz, '-infinity') and g.recorded_at < coalesce($4::timestamptz, 'infinity')
     and (g.recorded_at, g.reading_id) < (coalesce($5::timestamptz, 'infinity'), coalesce($6::uuid, platform.nil_uuid()))
   order by g.recorded_at desc, g.reading_id desc limit $7`,
);

/**
 * A device's back-fill is left out: it was received long after its time, and says nothing about the step it arrived in.
 * The newest step is the one that holds the last moment before $4; a step of the page before, $5, ends the next page.
 */
const bucketed = statement(
  'reading.bucketed',
  `with steps as (
     select b.bucket_start, b.bucket_start + $6::interval as bucket_end
     from generate_series(
       date_bin($6::interval, coalesce($5::timestamptz, $4::timestamptz) - interval '1 microsecond', timestamptz '2000-01-01'),
       date_bin($6::interval, $3::timestamptz, timestamptz '2000-01-01'), - $6::interval) as b(bucket_start)
     order by b.bucket_start desc limit $7
   )
   select s.bucket_start, s.bucket_end, case when f.reading_count > 0 then 'observed' else 'missing' end as data,
     f.reading_count, f.min_level_pct, f.max_level_pct, f.mean_level_pct, f.last_level_pct, f.last_volume_liters
   from steps s cross join lateral (
     select count(*) as reading_count, min(g.level_pct) as min_level_pct, max(g.level_pct) as max_level_pct,
       avg(g.level_pct) as mean_level_pct,
       (array_agg(g.level_pct order by g.recorded_at desc, g.reading_id desc))[1] as last_level_pct,
       (array_agg(g.volume_liters order by g.recorded_at desc, g.reading_id desc))[1] as last_volume_liters
     from water.reservoir_readings g
     where g.account_id = $1 and g.reservoir_id = $2 and g.recorded_at >= greatest(s.bucket_start, $3::timestamptz)
       and g.recorded_at < least(s.bucket_end, $4::timestamptz) and not (g.is_backfill and g.source = 'DEVICE')
   ) f
   order by s.bucket_start desc`,
);

/** Newest first, both of them. */
export function createReadingViews(read: Reader) {
  return {
    raw: (
      accountId: string,
      reservoirId: string,
      { since, until }: Period,
      after: { recordedAt: string; readingId: string } | null,
      limit: number,
    ): Promise<ReadingView[]> =>
      read.inAccount<ReadingView>(accountId, raw, [
        ...[accountId, reservoirId, since, until],
        ...[after?.recordedAt ?? null, after?.readingId ?? null, limit],
      ]),

    bucketed: (
      accountId: string,
      reservoirId: string,
      { since, until, stepSeconds }: { since: string; until: string; stepSeconds: number },
      after: string | null,
      limit: number,
    ): Promise<ReadingBucket[]> =>
      read.inAccount<ReadingBucket>(accountId, bucketed, [
        ...[accountId, reservoirId, since, until],
        ...[after, `${stepSeconds} seconds`, limit],
      ]),
  };
}
export type ReadingViews = ReturnType<typeof createReadingViews>;
