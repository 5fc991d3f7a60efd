import { Type } from 'typebox';
import { restartCauses } from '../../workflows/water/sequence.rules.js';
import { defineEvent } from '../shared/event.js';

const deviceId = Type.String({ pattern: '^[0-9A-Za-z_-]{1,64}$' });
const uuid = Type.String({ format: 'uuid' });
const strict = { additionalProperties: false };
const example = { device_id: 'B43A4536C83C' };
const reservoirExample = { ...example, reservoir_id: '0190a000-0000-7000-8000-000000000001' };

const deviceEvent = (type: string, name: string) =>
  defineEvent({
    type,
    version: 1,
    topic: `water.device.${name}`,
    subjectType: 'device',
    payload: Type.Object({ device_id: deviceId }, strict),
    example,
  });

const pairingEvent = (type: string, name: string) =>
  defineEvent({
    type,
    version: 1,
    topic: `water.device.${name}`,
    subjectType: 'device',
    payload: Type.Object({ device_id: deviceId, reservoir_id: uuid }, strict),
    example: reservoirExample,
  });

/** Coalesced: one event stands for `count` messages, and carries no payload of theirs. */
const refusalEvent = (type: string, name: string, reasons: readonly string[]) =>
  defineEvent({
    type,
    version: 1,
    topic: `water.device.${name}`,
    subjectType: 'device',
    payload: Type.Object(
      {
        device_id: deviceId,
        reason: Type.Enum([...reasons]),
        count: Type.Integer({ minimum: 1 }),
        first_at: Type.String({ format: 'date-time' }),
        last_at: Type.String({ format: 'date-time' }),
        /** The first message among them; kept in the drop or message of this id, for those who may look. */
        sample_id: uuid,
      },
      strict,
    ),
    example: {
      ...example,
      reason: reasons[0] ?? '',
      count: 3,
      first_at: '2026-01-01T00:00:00Z',
      last_at: '2026-01-01T00:00:02Z',
      sample_id: '0190a000-0000-7000-8000-000000000002',
    },
  });

export const deviceRegistered = deviceEvent('DEVICE_REGISTERED', 'registered');
export const deviceInventoryUnitStored = deviceEvent('DEVICE_INVENTORY_UNIT_STORED', 'inventory_unit_stored');
export const deviceUpdated = deviceEvent('DEVICE_UPDATED', 'updated');
export const deviceOnline = deviceEvent('DEVICE_ONLINE', 'online');
export const deviceStale = deviceEvent('DEVICE_STALE', 'stale');
export const deviceOffline = deviceEvent('DEVICE_OFFLINE', 'offline');
export const deviceAttached = pairingEvent('DEVICE_ATTACHED', 'attached');
export const deviceDetached = pairingEvent('DEVICE_DETACHED', 'detached');

export const telemetryDropped = refusalEvent('DEVICE_TELEMETRY_DROPPED_UNATTACHED', 'telemetry_dropped', [
  'MISSING_SEQ',
  'UNREGISTERED_DEVICE',
  'UNATTACHED',
]);
/** Emitted while its reasons were listed; it stays as it was. */
export const telemetryRejectedV1 = refusalEvent('DEVICE_TELEMETRY_REJECTED', 'telemetry_rejected', [
  'UNREADABLE',
  'SEQ_TOO_SPARSE',
  'CALIBRATION_MISSING',
  'NO_VALID_SAMPLES',
]);
/** Its reasons are a pattern: listed, each new one would be a version. */
export const telemetryRejected = defineEvent({
  type: 'DEVICE_TELEMETRY_REJECTED',
  version: 2,
  topic: 'water.device.telemetry_rejected',
  subjectType: 'device',
  payload: Type.Object(
    {
      device_id: deviceId,
      reason: Type.String({ pattern: '^[A-Z][A-Z0-9_]{1,39}$' }),
      count: Type.Integer({ minimum: 1 }),
      first_at: Type.String({ format: 'date-time' }),
      last_at: Type.String({ format: 'date-time' }),
      sample_id: uuid,
    },
    strict,
  ),
  example: {
    ...example,
    reason: 'UNREADABLE_JSON',
    count: 3,
    first_at: '2026-01-01T00:00:00Z',
    last_at: '2026-01-01T00:00:02Z',
    sample_id: '0190a000-0000-7000-8000-000000000002',
  },
});
export const telemetryRefused = refusalEvent('DEVICE_TELEMETRY_REFUSED', 'telemetry_refused', [
  'BUDGET_EXCEEDED',
  'PAYLOAD_TOO_LARGE',
  'UNIT_DISABLED',
]);

/** What a device, or somebody under its name, was refused at the gateway; coalesced, as drops are. */
export const deviceAccessRefused = defineEvent({
  type: 'DEVICE_ACCESS_REFUSED',
  version: 1,
  topic: 'water.device.access_refused',
  subjectType: 'device',
  payload: Type.Object(
    {
      device_id: deviceId,
      reason: Type.String({ pattern: '^[A-Z][A-Z0-9_]{1,39}$' }),
      count: Type.Integer({ minimum: 1 }),
      first_at: Type.String({ format: 'date-time' }),
      last_at: Type.String({ format: 'date-time' }),
    },
    strict,
  ),
  example: {
    ...example,
    reason: 'FOREIGN_TOPIC',
    count: 3,
    first_at: '2026-01-01T00:00:00Z',
    last_at: '2026-01-01T00:00:02Z',
  },
});

const seq = Type.Integer({ minimum: 0 });

/** The device counts anew: from here on its numbers are those of another epoch. */
export const sequenceRestarted = defineEvent({
  type: 'DEVICE_SEQUENCE_RESTARTED',
  version: 1,
  topic: 'water.device.sequence_restarted',
  subjectType: 'device',
  payload: Type.Object(
    {
      device_id: deviceId,
      epoch: Type.Integer({ minimum: 0 }),
      cause: Type.Enum([...restartCauses]),
      /** Highest number of the epoch before, and first of this one; null where there is none, or none yet. */
      last_seq: Type.Union([seq, Type.Null()]),
      first_seq: Type.Union([seq, Type.Null()]),
    },
    strict,
  ),
  example: { ...example, epoch: 1, cause: 'COUNTER', last_seq: 4_711, first_seq: 0 },
});

/** Numbers that are missing for good; a message that comes with one of them now is dropped. */
export const gapsGivenUp = defineEvent({
  type: 'DEVICE_GAPS_GIVEN_UP',
  version: 1,
  topic: 'water.device.gaps_given_up',
  subjectType: 'device',
  payload: Type.Object(
    {
      device_id: deviceId,
      epoch: Type.Integer({ minimum: 0 }),
      missing_count: Type.Integer({ minimum: 1 }),
      ranges: Type.Array(Type.Object({ from_seq: seq, to_seq: seq }, strict), { minItems: 1, maxItems: 1_000 }),
    },
    strict,
  ),
  example: { ...example, epoch: 0, missing_count: 3, ranges: [{ from_seq: 17, to_seq: 19 }] },
});
