import { Type } from 'typebox';
import type { LatestTelemetryView } from '../../db/devices/telemetry.views.js';
import {
  component,
  described,
  nullable,
  closedObject,
  page,
  pageQuery,
  timestamp,
  uuid,
} from '../route/schema.js';
import { deviceId } from './device.schemas.js';
import { ofEachKind, type MeasuredKindSchemas } from './measured-kind.contract.js';

const seq = Type.Integer({
  minimum: 0,
  description: 'The device’s own number of the message, in its epoch',
});
const epoch = Type.Integer({
  minimum: 0,
  description:
    'Rises when the device begins to count anew; messages are in order by epoch, then by `seq`',
});

const message = {
  message_id: described(uuid, 'Its id; the `sample_id` of events that tell of it'),
  device_id: described(deviceId, 'The hardware’s own id'),
  epoch,
  seq,
  received_at: described(timestamp, 'When it was received'),
  observed_at: described(nullable(timestamp), 'By the clock of the device: shown, never trusted'),
  payload: Type.Record(Type.String(), Type.Unknown(), { description: 'As the device sent it' }),
};
export const telemetryMessage = component('TelemetryMessage', closedObject(message));
/**
 * Latest message with its derived reading; null for a message without a level, or not derived yet.
 */
export const latestTelemetry = (kinds: readonly MeasuredKindSchemas[]) =>
  component(
    'LatestTelemetry',
    Type.Unsafe<LatestTelemetryView>(
      closedObject({
        ...message,
        reading: described(
          nullable(ofEachKind(kinds, ({ reading }) => closedObject(reading))),
          'What was derived of it; null where it has no level in it, or not yet',
        ),
      }),
    ),
  );
export const telemetryPage = page(telemetryMessage);

export const telemetryQuery = closedObject({
  ...pageQuery.properties,
  since: Type.Optional({ ...timestamp, description: 'Received from here' }),
  until: Type.Optional({ ...timestamp, description: 'Received before' }),
});

/** Sequence numbers, both ends included. */
export const telemetryGap = component(
  'TelemetryGap',
  closedObject({
    from_seq: described(seq, 'First that is missing'),
    to_seq: described(seq, 'Last that is missing'),
    missing_count: described(Type.Integer({ minimum: 1 }), 'How many are missing'),
  }),
);
export const telemetryGapPage = page(telemetryGap);

/**
 * CloudEvents 1.0, JSON. Events are checked singly by the handler, so that an unfit event is
 * refused alone.
 */
export const cloudEvent = component(
  'CloudEvent',
  Type.Object(
    {
      specversion: Type.Optional(Type.Unknown({ description: '1.0' })),
      id: Type.Optional(
        Type.Unknown({ description: 'Text of 1 to 200 characters; the result has it again' }),
      ),
      source: Type.Optional(Type.Unknown({ description: 'The broker, as it calls itself' })),
      type: Type.Optional(Type.Unknown({ description: 'MQTT.EventPublished' })),
      subject: Type.Optional(
        Type.Unknown({
          description: 'The MQTT topic',
          examples: ['devices/B43A4536C83C/telemetry'],
        }),
      ),
      data: Type.Optional(Type.Unknown({ description: 'The payload, as JSON or as text' })),
      data_base64: Type.Optional(Type.Unknown({ description: 'The payload in base64' })),
    },
    { additionalProperties: true },
  ),
);
/** A single event, or a batch up to the request's limit. */
export const cloudEvents = Type.Union([
  cloudEvent,
  Type.Array(cloudEvent, { minItems: 1, maxItems: 1_000 }),
]);

export const cloudEventResults = ['TAKEN', 'DROPPED', 'IGNORED'] as const;
export const cloudEventsTaken = closedObject({
  received: Type.Integer({ minimum: 0, maximum: 1_000, description: 'Those that are telemetry' }),
  ignored: Type.Integer({ minimum: 0, maximum: 1_000, description: 'All others' }),
  results: Type.Array(
    closedObject({
      id: nullable(Type.String()),
      result: Type.Enum([...cloudEventResults], {
        description:
          'TAKEN: stored, or what a PUBACK means otherwise; DROPPED: unreadable, counted with the reason; IGNORED: no telemetry',
      }),
      reason: nullable(Type.String({ examples: ['UNREADABLE_JSON'] })),
    }),
    { maxItems: 1_000, description: 'In the order of the events' },
  ),
});

/** A message acknowledged and not stored. */
export const telemetryDrop = component(
  'TelemetryDrop',
  closedObject({
    drop_id: { ...uuid, description: 'The `sample_id` of its event' },
    reason: Type.String({
      examples: ['UNREADABLE_JSON'],
      description: 'Why; docs/mqtt.md has a table',
    }),
    count: Type.Integer({ minimum: 1, description: 'Messages that were dropped for this reason' }),
    first_at: described(timestamp, 'When the first of them was received'),
    last_at: described(timestamp, 'When the last of them was received'),
    sample: described(nullable(Type.String()), 'Beginning of the first of them, as text'),
    sample_base64: described(
      nullable(Type.String({ contentEncoding: 'base64' })),
      'The same byte by byte, up to 2,048 of them',
    ),
  }),
);
export const telemetryDropPage = page(telemetryDrop);
