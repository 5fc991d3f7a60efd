import type { ReadingSource } from '../../workflows/water/reservoir.contract.js';
import {
  bigInteger,
  boolean,
  float,
  integer,
  listOf,
  orNull,
  text,
  textOf,
  timestamp,
  uuid,
  type Values,
} from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';

/** A reading for clients. */
const readingView = {
  reading_id: uuid,
  recorded_at: timestamp,
  observed_at: orNull(timestamp),
  level_pct: float,
  volume_liters: orNull(float),
  source: textOf<ReadingSource>(),
  device_id: orNull(text),
  device_epoch: orNull(integer),
  device_seq: orNull(bigInteger),
  is_backfill: boolean,
  raw_sample_count: orNull(integer),
  raw_mean: orNull(float),
  raw_stddev: orNull(float),
  telemetry_message_id: orNull(uuid),
  geometry_version: integer,
  note: orNull(text),
};
type ReadingView = Values<typeof readingView>;

/** One step of time. A step without readings is listed as such: no data is not zero. */
const readingStep = {
  bucket_start: timestamp,
  bucket_end: timestamp,
  data: textOf<'observed' | 'missing'>(),
  reading_count: bigInteger,
  min_level_pct: orNull(float),
  max_level_pct: orNull(float),
  mean_level_pct: orNull(float),
  last_level_pct: orNull(float),
  last_volume_liters: orNull(float),
};
type ReadingStep = Values<typeof readingStep>;

/** From `since` up to, and without, `until`. */
interface Period {
  since: string | null;
  until: string | null;
}

const readingColumns = listOf(readingView, 'g', {
  device_epoch: 'coalesce(g.device_epoch, case when g.device_id is not null then 0 end)',
});
const readingPage = query({
  name: 'reading.raw',
  parameters: {
    accountId: uuid,
    reservoirId: uuid,
    since: orNull(timestamp),
    until: orNull(timestamp),
    afterRecordedAt: orNull(timestamp),
    afterReadingId: orNull(uuid),
    limit: integer,
  },
  row: readingView,
  text: `select ${readingColumns} from water.reservoir_readings g
   where g.account_id = :accountId and g.reservoir_id = :reservoirId
     and g.recorded_at >= coalesce(:since, '-infinity') and g.recorded_at < coalesce(:until, 'infinity')
     and (g.recorded_at, g.reading_id) < (coalesce(:afterRecordedAt, 'infinity'), coalesce(:afterReadingId, platform.nil_uuid()))
   order by g.recorded_at desc, g.reading_id desc limit :limit`,
});

/**
 * A device's back-fill is left out: received long after the observation, a back-fill says nothing
 * about the step of receipt. The newest step holds the last moment before the period's end; the
 * last step of the page before ends the next page.
 */
const stepPage = query({
  name: 'reading.bucketed',
  parameters: {
    accountId: uuid,
    reservoirId: uuid,
    since: timestamp,
    until: timestamp,
    after: orNull(timestamp),
    step: text,
    limit: integer,
  },
  row: readingStep,
  text: `with steps as (
     select b.bucket_start, b.bucket_start + cast(:step as interval) as bucket_end
     from generate_series(
       date_bin(cast(:step as interval), coalesce(:after, :until) - interval '1 microsecond', timestamptz '2000-01-01'),
       date_bin(cast(:step as interval), :since, timestamptz '2000-01-01'), - cast(:step as interval)) as b(bucket_start)
     order by b.bucket_start desc limit :limit
   )
   select s.bucket_start, s.bucket_end, case when f.reading_count > 0 then 'observed' else 'missing' end as data,
     f.reading_count, f.min_level_pct, f.max_level_pct, f.mean_level_pct, f.last_level_pct, f.last_volume_liters
   from steps s cross join lateral (
     select count(*) as reading_count, min(g.level_pct) as min_level_pct, max(g.level_pct) as max_level_pct,
       avg(g.level_pct) as mean_level_pct,
       (array_agg(g.level_pct order by g.recorded_at desc, g.reading_id desc))[1] as last_level_pct,
       (array_agg(g.volume_liters order by g.recorded_at desc, g.reading_id desc))[1] as last_volume_liters
     from water.reservoir_readings g
     where g.account_id = :accountId and g.reservoir_id = :reservoirId and g.recorded_at >= greatest(s.bucket_start, :since)
       and g.recorded_at < least(s.bucket_end, :until) and not (g.is_backfill and g.source = 'DEVICE')
   ) f
   order by s.bucket_start desc`,
});

/** Both newest first. */
export const readingViews = (scope: ReadScope) => ({
  raw: (
    reservoirId: string,
    { since, until }: Period,
    after: { recordedAt: string; readingId: string } | null,
    limit: number,
  ): Promise<ReadingView[]> =>
    scope.read(readingPage, {
      accountId: scope.accountId,
      reservoirId,
      since,
      until,
      afterRecordedAt: after?.recordedAt ?? null,
      afterReadingId: after?.readingId ?? null,
      limit,
    }),

  bucketed: (
    reservoirId: string,
    { since, until, stepSeconds }: { since: string; until: string; stepSeconds: number },
    after: string | null,
    limit: number,
  ): Promise<ReadingStep[]> =>
    scope.read(stepPage, {
      accountId: scope.accountId,
      reservoirId,
      since,
      until,
      after,
      step: `${stepSeconds} seconds`,
      limit,
    }),
});
