import { Type } from 'typebox';
import { readingSources } from '../../workflows/water/reservoir.contract.js';
import { component, nullable, object, page, pageQuery, timestamp, uuid } from '../shared/schema.js';
import { pct } from './reservoir.schemas.js';

const liters = Type.Number({ minimum: 0 });
const count = Type.Integer({ minimum: 0 });

export const manualReading = object({
  level_pct: pct,
  recorded_at: Type.Optional({
    ...timestamp,
    description: 'When the gauge was read, not in the future; now when left out',
  }),
  note: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
});
export const readingCreated = object({ reading_id: uuid });

/** Widths of a bucket on the wire, in seconds. */
export const bucketSeconds = { '15m': 900, '1h': 3_600, '1d': 86_400 } as const;

export const readingQuery = object({
  ...pageQuery.properties,
  since: Type.Optional({ ...timestamp, description: 'From here; with bucket, one day before until when left out' }),
  until: Type.Optional({ ...timestamp, description: 'Up to, and without; now when left out' }),
  bucket: Type.Optional(Type.Enum(['15m', '1h', '1d'], { description: 'Answers steps of time instead of readings' })),
});

const reading = component(
  'Reading',
  object({
    reading_id: uuid,
    recorded_at: timestamp,
    observed_at: nullable(timestamp),
    level_pct: pct,
    volume_liters: nullable(liters),
    source: Type.Enum([...readingSources]),
    device_id: nullable(Type.String()),
    device_seq: nullable(Type.Integer()),
    is_backfill: Type.Boolean({ description: 'Older than what was known: it did not move the level' }),
    raw_sample_count: nullable(count),
    raw_mean: nullable(Type.Number({ description: 'Millimetres from the sensor' })),
    raw_stddev: nullable(Type.Number({ description: 'Millimetres; null for a single sample' })),
    telemetry_message_id: nullable(uuid),
    geometry_version: Type.Integer({ minimum: 1 }),
    note: nullable(Type.String()),
  }),
);

const readingBucket = component(
  'ReadingBucket',
  object({
    bucket_start: timestamp,
    bucket_end: timestamp,
    data: Type.Enum(['observed', 'missing'], { description: 'missing: no reading; it is not zero' }),
    reading_count: count,
    min_level_pct: nullable(pct),
    max_level_pct: nullable(pct),
    mean_level_pct: nullable(pct),
    last_level_pct: nullable(pct),
    last_volume_liters: nullable(liters),
  }),
);

export const readingPage = page(Type.Union([reading, readingBucket]));
