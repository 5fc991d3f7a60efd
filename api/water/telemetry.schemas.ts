import { Type } from 'typebox';
import { component, nullable, object, page, pageQuery, timestamp, uuid } from '../shared/schema.js';
import { deviceId } from './device.schemas.js';
import { pct } from './reservoir.schemas.js';

const seq = Type.Integer({ minimum: 0 });

const message = {
  message_id: uuid,
  device_id: deviceId,
  seq,
  received_at: timestamp,
  observed_at: nullable({ ...timestamp, description: 'By the clock of the device: shown, never trusted' }),
  payload: Type.Record(Type.String(), Type.Unknown(), { description: 'As the device sent it' }),
};
export const telemetryMessage = component('TelemetryMessage', object(message));
/** With what was derived of it; null where it has no level in it, or not yet. */
export const latestTelemetry = component(
  'LatestTelemetry',
  object({
    ...message,
    reading: nullable(
      object({
        reading_id: uuid,
        reservoir_id: uuid,
        level_pct: pct,
        volume_liters: nullable(Type.Number({ minimum: 0 })),
        recorded_at: timestamp,
        is_backfill: Type.Boolean(),
      }),
    ),
  }),
);
export const telemetryPage = page(telemetryMessage);

export const telemetryQuery = object({
  ...pageQuery.properties,
  since: Type.Optional({ ...timestamp, description: 'Received from here' }),
  until: Type.Optional({ ...timestamp, description: 'Received before' }),
});

/** Sequence numbers, both ends included. */
export const telemetryGap = component(
  'TelemetryGap',
  object({ from_seq: seq, to_seq: seq, missing_count: Type.Integer({ minimum: 1 }) }),
);
export const telemetryGapPage = page(telemetryGap);

/** CloudEvents 1.0, JSON; an attribute that we do not read, as every extension, is let through. */
const cloudEvent = Type.Object(
  {
    specversion: Type.Literal('1.0'),
    id: Type.String({ minLength: 1, maxLength: 200 }),
    source: Type.String({ minLength: 1, maxLength: 1_000 }),
    type: Type.Literal('MQTT.EventPublished'),
    subject: Type.String({
      maxLength: 200,
      description: 'The MQTT topic',
      examples: ['devices/B43A4536C83C/telemetry'],
    }),
    data: Type.Optional(Type.Unknown()),
    data_base64: Type.Optional(Type.String({ contentEncoding: 'base64' })),
  },
  { additionalProperties: true },
);
export const cloudEvents = Type.Array(cloudEvent, { minItems: 1, maxItems: 1_000 });
export const cloudEventsTaken = object({
  received: Type.Integer({ minimum: 0 }),
  ignored: Type.Integer({ minimum: 0, description: 'Of another topic than that of telemetry' }),
});
