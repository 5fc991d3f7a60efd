import { Type } from 'typebox';
import type { DeviceView } from '../../db/devices/device.views.js';
import { connectivityStates } from '../../workflows/devices/device.contract.js';
import { restartCauses } from '../../workflows/devices/sequence.rules.js';
import {
  deviceStatuses,
  deviceTypes,
  provisioningStatuses,
} from '../../workflows/devices/device-unit.contract.js';
import { quantity } from '../route/quantity.js';
import {
  component,
  described,
  nullable,
  closedObject,
  timestamp,
  uuid,
  etag,
  pct,
} from '../route/schema.js';
import { ofEachKind, type MeasuredKindSchemas } from './measured-kind.contract.js';

/** The hardware's id; also the device's MQTT client id, user name and part of the topics. */
export const deviceId = Type.String({ pattern: '^[0-9A-Z]{6,32}$', examples: ['B43A4536C83C'] });
/** Serial number as on the label: case and surrounding spaces do not matter. */
const serialNumber = Type.String({
  pattern: '^\\s*[Jj][Ll]-[A-Za-z0-9]{6}\\s*$',
  maxLength: 50,
  examples: ['JL-A1B2C3'],
});
/** Claim code as on the label: case and surrounding spaces do not matter. */
const claimCode = Type.String({
  pattern: '^\\s*[A-Za-z0-9]{8,64}\\s*$',
  maxLength: 100,
  examples: ['K7M2Q9TX4B'],
});
const deviceType = Type.Enum([...deviceTypes]);
const firmwareVersion = Type.String({ minLength: 1, maxLength: 50, examples: ['1.4.2'] });
const deviceName = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '\\S',
  examples: ['Roof tank sensor'],
});
const aDayInSeconds = 86_400;

export const deviceParams = closedObject({ account_id: uuid, device_id: deviceId });
export const unitParams = closedObject({ device_id: deviceId });

export const unitRequest = closedObject({
  serial_number: serialNumber,
  provisioning_status: Type.Enum([...provisioningStatuses], { examples: ['PROVISIONED'] }),
  metadata: Type.Optional(
    Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), { maxProperties: 100 }),
  ),
  claim_code: Type.Optional(nullable(claimCode)),
  account_id: Type.Optional(nullable(uuid)),
  rotate_credentials: Type.Optional(
    Type.Boolean({
      description: 'Makes a new MQTT password; the one before is refused from now on',
      examples: [false],
    }),
  ),
});
export const unitCredentials = closedObject({
  device_id: deviceId,
  mqtt_username: Type.String(),
  mqtt_password: nullable(Type.String({ description: 'Shown when it is made, and never again' })),
});

export const registerRequest = closedObject({
  device_type: Type.Optional(deviceType),
  firmware_version: Type.Optional(firmwareVersion),
});
export const registered = closedObject({ device_id: deviceId });

/** Body of an attach request: a unit, and the thing in the field of the thing's kind. */
type AttachBody = (
  | { device_id: string; serial_number?: undefined }
  | { device_id?: undefined; serial_number: string }
) & { claim_code?: string } & ThingFields;
type AttachBySerialBody = { serial_number: string } & ThingFields;
/** A thing's id, in the field of the thing's kind. */
export type ThingFields = Readonly<Record<string, unknown>>;

export const attachRequest = (kinds: readonly MeasuredKindSchemas[]) => {
  const attachedTo = ({ words }: MeasuredKindSchemas) => ({
    claim_code: Type.Optional(claimCode),
    [words.idField]: described(uuid, 'What the device is to measure'),
  });
  const forms = kinds.flatMap((kind) => [
    closedObject({
      device_id: described(deviceId, 'Of a unit that is the account’s already'),
      ...attachedTo(kind),
    }),
    closedObject({
      serial_number: described(serialNumber, 'As it stands on the label'),
      ...attachedTo(kind),
    }),
  ]);
  return Type.Unsafe<AttachBody>(Type.Union(forms));
};
export const attachBySerialRequest = (kinds: readonly MeasuredKindSchemas[]) =>
  Type.Unsafe<AttachBySerialBody>(
    ofEachKind(kinds, ({ words }) =>
      closedObject({
        serial_number: serialNumber,
        [words.idField]: Type.Optional({
          ...uuid,
          description: `The account's only ${words.kind} that waits for a device when left out`,
        }),
      }),
    ),
  );
export const paired = closedObject({ status: Type.Literal('OK'), device_id: deviceId });

export const devicePatch = closedObject(
  {
    name: Type.Optional(nullable(deviceName)),
    status: Type.Optional(Type.Enum([...deviceStatuses])),
    interval_seconds: Type.Optional(
      nullable(
        quantity(3, {
          minimum: 1,
          maximum: 7 * aDayInSeconds,
          description:
            'Silence is measured by it; null: as for every device that has not said its own',
        }),
      ),
    ),
  },
  { minProperties: 1 },
);

const count = (description: string) => Type.Integer({ minimum: 0, description });
const sequence = closedObject({
  epoch: count('How often the device has begun to count anew'),
  restarted_at: described(nullable(timestamp), 'When it did so last'),
  restart_cause: described(
    nullable(Type.Enum([...restartCauses])),
    'By what it was seen: another `system.boot_id`, a `system.reset_reason`, other messages under numbers that were used, or somebody who said so',
  ),
  last_seq: described(
    nullable(Type.Integer({ minimum: 0 })),
    'Highest sequence number of the epoch',
  ),
  aside_count: count(
    'Messages that are stored and not decided on, until the next ones tell what their numbers mean',
  ),
  given_up_count: count(
    'Messages that are missing for good: their gaps were given up, as too many to remember',
  ),
});
const number = nullable(Type.Number());
/** Fields of a device, for every measured kind. */
export const deviceFields = {
  device_id: described(deviceId, 'The hardware’s own id'),
  serial_number: described(Type.String(), 'On the label'),
  name: described(nullable(deviceName), 'What the account calls it'),
  device_type: described(deviceType, 'What it measures or does'),
  firmware_version: described(nullable(Type.String()), 'As the device last said'),
  status: described(Type.Enum([...deviceStatuses]), 'INACTIVE: in maintenance'),
  battery_pct: described(nullable(pct), 'Percent, as the device last said'),
  battery_voltage_mv: described(number, 'Millivolts, as the device last said'),
  is_charging: described(nullable(Type.Boolean()), 'As the device last said'),
  signal_strength_dbm: described(number, 'dBm, as the device last said'),
  connectivity_state: described(
    Type.Enum([...connectivityStates]),
    'STALE after two intervals of silence, OFFLINE after four',
  ),
  interval_seconds: described(
    number,
    'Seconds between its messages; null: as for every device that has not said its own',
  ),
  last_seen_at: described(nullable(timestamp), 'When anything of it was received last'),
  last_reading_at: described(
    nullable(timestamp),
    'When the message of its last reading was received',
  ),
  attached_at: described(timestamp, 'When it was attached to what it measures'),
  sequence: described(sequence, 'How its numbering stands'),
};
export const deviceSchema = (kinds: readonly MeasuredKindSchemas[]) =>
  component(
    'Device',
    Type.Unsafe<DeviceView>(
      ofEachKind(kinds, ({ shown }) =>
        closedObject({ ...deviceFields, ...shown, etag: described(etag, 'For If-Match') }),
      ),
    ),
  );

export const asSerialNumber = (text: string): string => text.trim().toUpperCase();
export const asClaimCode = (text: string): string => text.trim().toUpperCase();
