import { Type } from 'typebox';
import { readingSources } from '../../workflows/water/reservoir.contract.js';
import {
  component,
  described,
  nullable,
  closedObject,
  page,
  pageQuery,
  timestamp,
  uuid,
  pct,
} from '../route/schema.js';

const liters = Type.Number({ minimum: 0 });
const count = Type.Integer({ minimum: 0 });

export const manualReading = closedObject({
  level_pct: pct,
  recorded_at: Type.Optional({
    ...timestamp,
    description: 'When the gauge was read, not in the future; now when left out',
  }),
  note: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
});
export const readingCreated = closedObject({ reading_id: uuid });

/** Widths of a bucket on the wire, in seconds. */
export const bucketSeconds = { '15m': 900, '1h': 3_600, '1d': 86_400 } as const;

export const readingQuery = closedObject({
  ...pageQuery.properties,
  since: Type.Optional({
    ...timestamp,
    description: 'From here; with bucket, one day before until when left out',
  }),
  until: Type.Optional({ ...timestamp, description: 'Up to, and without; now when left out' }),
  bucket: Type.Optional(
    Type.Enum(['15m', '1h', '1d'], { description: 'Answers steps of time instead of readings' }),
  ),
});

const reading = component(
  'Reading',
  closedObject({
    reading_id: described(uuid, 'Its id'),
    recorded_at: described(timestamp, 'When it was received, or read by a person'),
    observed_at: described(nullable(timestamp), 'By the clock of the device: shown, never trusted'),
    level_pct: described(pct, 'Percent of the height'),
    volume_liters: described(nullable(liters), 'Litres; null where the capacity is not known'),
    source: described(Type.Enum([...readingSources]), 'DEVICE or MANUAL'),
    device_id: described(
      nullable(Type.String()),
      'The device that measured it; null where a person did',
    ),
    device_epoch: described(
      nullable(Type.Integer({ minimum: 0 })),
      'In which of its countings the device numbered the message',
    ),
    device_seq: described(nullable(Type.Integer()), 'The device’s number of the message'),
    is_backfill: described(
      Type.Boolean({ description: 'Older than what was known: it did not move the level' }),
      'Older than what was known: it did not move the level',
    ),
    raw_sample_count: described(nullable(count), 'Distances that the reading is the mean of'),
    raw_mean: described(
      nullable(Type.Number({ description: 'Millimetres from the sensor' })),
      'Mean distance, in millimetres from the sensor',
    ),
    raw_stddev: described(
      nullable(Type.Number({ description: 'Millimetres; null for a single sample' })),
      'Its standard deviation, in millimetres; null for a single sample',
    ),
    telemetry_message_id: described(nullable(uuid), 'The message that it was derived from'),
    geometry_version: described(
      Type.Integer({ minimum: 1 }),
      'Of the reservoir, when it was derived',
    ),
    note: described(nullable(Type.String()), 'What the person who read it wrote'),
  }),
);

const readingBucket = component(
  'ReadingBucket',
  closedObject({
    bucket_start: described(timestamp, 'From here'),
    bucket_end: described(timestamp, 'Up to, and without'),
    data: described(
      Type.Enum(['observed', 'missing'], { description: 'missing: no reading; it is not zero' }),
      'missing: no reading; it is not zero',
    ),
    reading_count: described(count, 'Readings in it'),
    min_level_pct: described(nullable(pct), 'Percent of the height, lowest'),
    max_level_pct: described(nullable(pct), 'Percent of the height, highest'),
    mean_level_pct: described(nullable(pct), 'Percent of the height, mean'),
    last_level_pct: described(nullable(pct), 'Percent of the height, last'),
    last_volume_liters: described(nullable(liters), 'Litres, last'),
  }),
);

export const readingPage = page(Type.Union([reading, readingBucket]));
