import { Type, type TEnum, type TString } from 'typebox';
import { restartCauses } from '../../workflows/devices/sequence.rules.js';
import { firstKind, type MeasuredThing } from '../../workflows/devices/measured-thing.contract.js';
import { defineEvent, type NewEvent } from '../shared/event.js';

const deviceId = Type.String({ pattern: '^[0-9A-Za-z_-]{1,64}$' });
const uuid = Type.String({ format: 'uuid' });
const strict = { additionalProperties: false };
const example = { device_id: 'B43A4536C83C' };
const kind = Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$' });
const exampleThing = '0190a000-0000-7000-8000-000000000001';

const deviceEvent = (type: string, name: string) =>
  defineEvent({
    type,
    version: 1,
    topic: `water.device.${name}`,
    subjectType: 'device',
    payload: Type.Object({ device_id: deviceId }, strict),
    example,
  });

/** Of reservoirs, named as before there were kinds. */
const reservoirPairing = (type: string, name: string) =>
  defineEvent({
    type,
    version: 1,
    topic: `water.device.${name}`,
    subjectType: 'device',
    payload: Type.Object({ device_id: deviceId, reservoir_id: uuid }, strict),
    example: { device_id: example.device_id, reservoir_id: exampleThing },
  });

/** Of things of every other kind. */
const pairing = (type: string, name: string) =>
  defineEvent({
    type,
    version: 2,
    topic: `water.device.${name}`,
    subjectType: 'device',
    payload: Type.Object({ device_id: deviceId, kind, thing_id: uuid }, strict),
    example: { device_id: example.device_id, kind: 'bin', thing_id: exampleThing },
  });

/** A list of reasons, or a pattern: in a list, each new reason would be a version. */
type ReasonSchema = TEnum<string[]> | TString;
const anyReason = Type.String({ pattern: '^[A-Z][A-Z0-9_]{1,39}$' });

const refusalFields = (reason: ReasonSchema) => ({
  device_id: deviceId,
  reason,
  count: Type.Integer({ minimum: 1 }),
  first_at: Type.String({ format: 'date-time' }),
  last_at: Type.String({ format: 'date-time' }),
});
const exampleRefusal = (reason: string) => ({
  device_id: example.device_id,
  reason,
  count: 3,
  first_at: '2026-01-01T00:00:00Z',
  last_at: '2026-01-01T00:00:02Z',
});

interface Refusal {
  type: string;
  name: string;
  reason: ReasonSchema;
  exampleReason: string;
  version?: number;
}

/** Coalesced: one event stands for `count` messages, without a payload of the messages. */
const refusalEvent = ({ type, name, reason, exampleReason, version = 1 }: Refusal) =>
  defineEvent({
    type,
    version,
    topic: `water.device.${name}`,
    subjectType: 'device',
    payload: Type.Object(
      {
        ...refusalFields(reason),
        /**
         * The first of the messages; the drop or message of this id keeps the content, for readers
         * with access.
         */
        sample_id: uuid,
      },
      strict,
    ),
    example: {
      ...exampleRefusal(exampleReason),
      sample_id: '0190a000-0000-7000-8000-000000000002',
    },
  });

export const deviceRegistered = deviceEvent('DEVICE_REGISTERED', 'registered');
export const deviceInventoryUnitStored = deviceEvent(
  'DEVICE_INVENTORY_UNIT_STORED',
  'inventory_unit_stored',
);
export const deviceUpdated = deviceEvent('DEVICE_UPDATED', 'updated');
export const deviceOnline = deviceEvent('DEVICE_ONLINE', 'online');
export const deviceStale = deviceEvent('DEVICE_STALE', 'stale');
export const deviceOffline = deviceEvent('DEVICE_OFFLINE', 'offline');
export const deviceAttachedV1 = reservoirPairing('DEVICE_ATTACHED', 'attached');
export const deviceAttached = pairing('DEVICE_ATTACHED', 'attached');
export const deviceDetachedV1 = reservoirPairing('DEVICE_DETACHED', 'detached');
export const deviceDetached = pairing('DEVICE_DETACHED', 'detached');

export interface Pairing {
  accountId: string;
  principalId: string;
  deviceId: string;
  thing: MeasuredThing;
}

/** An event of the version that names things of the kind. */
const pairingEvent =
  (v1: typeof deviceAttachedV1, v2: typeof deviceAttached) =>
  ({ accountId, principalId, deviceId: device_id, thing }: Pairing): NewEvent => {
    const about = { accountId, subjectId: device_id, actorPrincipalId: principalId };
    return thing.kind === firstKind
      ? v1.of({ ...about, payload: { device_id, reservoir_id: thing.thingId } })
      : v2.of({ ...about, payload: { device_id, kind: thing.kind, thing_id: thing.thingId } });
  };
export const attachedEvent = pairingEvent(deviceAttachedV1, deviceAttached);
export const detachedEvent = pairingEvent(deviceDetachedV1, deviceDetached);

export const telemetryDropped = refusalEvent({
  type: 'DEVICE_TELEMETRY_DROPPED_UNATTACHED',
  name: 'telemetry_dropped',
  reason: Type.Enum(['MISSING_SEQ', 'UNREGISTERED_DEVICE', 'UNATTACHED']),
  exampleReason: 'MISSING_SEQ',
});
/** Emitted while the reasons were a list; unchanged since. */
export const telemetryRejectedV1 = refusalEvent({
  type: 'DEVICE_TELEMETRY_REJECTED',
  name: 'telemetry_rejected',
  reason: Type.Enum(['UNREADABLE', 'SEQ_TOO_SPARSE', 'CALIBRATION_MISSING', 'NO_VALID_SAMPLES']),
  exampleReason: 'UNREADABLE',
});
export const telemetryRejected = refusalEvent({
  type: 'DEVICE_TELEMETRY_REJECTED',
  name: 'telemetry_rejected',
  reason: anyReason,
  exampleReason: 'UNREADABLE_JSON',
  version: 2,
});
export const telemetryRefused = refusalEvent({
  type: 'DEVICE_TELEMETRY_REFUSED',
  name: 'telemetry_refused',
  reason: Type.Enum(['BUDGET_EXCEEDED', 'PAYLOAD_TOO_LARGE', 'UNIT_DISABLED']),
  exampleReason: 'BUDGET_EXCEEDED',
});

/**
 * The gateway's refusals of a device, or of somebody under the device's name; coalesced, as drops
 * are.
 */
export const deviceAccessRefused = defineEvent({
  type: 'DEVICE_ACCESS_REFUSED',
  version: 1,
  topic: 'water.device.access_refused',
  subjectType: 'device',
  payload: Type.Object(refusalFields(anyReason), strict),
  example: exampleRefusal('FOREIGN_TOPIC'),
});

const seq = Type.Integer({ minimum: 0 });

/** The device counts anew: numbers from here on belong to another epoch. */
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
      /**
       * Highest number of the epoch before, and first number of the new epoch; null where there is
       * none, or none yet.
       */
      last_seq: Type.Union([seq, Type.Null()]),
      first_seq: Type.Union([seq, Type.Null()]),
    },
    strict,
  ),
  example: { ...example, epoch: 1, cause: 'COUNTER', last_seq: 4_711, first_seq: 0 },
});

/** Numbers missing for good; a late message with such a number is dropped. */
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
      ranges: Type.Array(Type.Object({ from_seq: seq, to_seq: seq }, strict), {
        minItems: 1,
        maxItems: 1_000,
      }),
    },
    strict,
  ),
  example: { ...example, epoch: 0, missing_count: 3, ranges: [{ from_seq: 17, to_seq: 19 }] },
});
