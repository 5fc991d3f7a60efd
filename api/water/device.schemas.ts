import { Type } from 'typebox';
import { connectivityStates } from '../../workflows/water/device.contract.js';
import { restartCauses } from '../../workflows/water/sequence.rules.js';
import { deviceStatuses, deviceTypes, provisioningStatuses } from '../../workflows/water/device-unit.contract.js';
import { quantity } from '../shared/quantity.js';
import { component, described, nullable, object, page, timestamp, uuid } from '../shared/schema.js';
import { pct } from './reservoir.schemas.js';
import { etag } from './site.schemas.js';

/** The hardware's own id; also its MQTT client id, user name and part of its topics. */
export const deviceId = Type.String({ pattern: '^[0-9A-Z]{6,32}$', examples: ['B43A4536C83C'] });
/** As it stands on the label: case and spaces around it do not matter. */
const serialNumber = Type.String({
  pattern: '^\\s*[Jj][Ll]-[A-Za-z0-9]{6}\\s*$',
  maxLength: 50,
  examples: ['JL-A1B2C3'],
});
/** As it stands on the label: case and spaces around it do not matter. */
const claimCode = Type.String({
  pattern: '^\\s*[A-Za-z0-9]{8,64}\\s*$',
  maxLength: 100,
  examples: ['K7M2Q9TX4B'],
});
const deviceType = Type.Enum([...deviceTypes]);
const firmwareVersion = Type.String({ minLength: 1, maxLength: 50, examples: ['1.4.2'] });
const deviceName = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S', examples: ['Roof tank sensor'] });
const aDayInSeconds = 86_400;

export const deviceParams = object({ account_id: uuid, device_id: deviceId });
export const unitParams = object({ device_id: deviceId });

export const unitRequest = object({
  serial_number: serialNumber,
  provisioning_status: Type.Enum([...provisioningStatuses], { examples: ['PROVISIONED'] }),
  metadata: Type.Optional(Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), { maxProperties: 100 })),
  claim_code: Type.Optional(nullable(claimCode)),
  account_id: Type.Optional(nullable(uuid)),
  rotate_credentials: Type.Optional(
    Type.Boolean({
      description: 'Makes a new MQTT password; the one before is refused from now on',
      examples: [false],
    }),
  ),
});
export const unitCredentials = object({
  device_id: deviceId,
  mqtt_username: Type.String(),
  mqtt_password: nullable(Type.String({ description: 'Shown when it is made, and never again' })),
});

export const registerRequest = object({
  device_type: Type.Optional(deviceType),
  firmware_version: Type.Optional(firmwareVersion),
});
export const registered = object({ device_id: deviceId });

const givenCode = Type.Optional(claimCode);
const attachedTo = { claim_code: givenCode, reservoir_id: described(uuid, 'What the device is to measure') };
export const attachRequest = Type.Union([
  object({ device_id: described(deviceId, 'Of a unit that is the account’s already'), ...attachedTo }),
  object({ serial_number: described(serialNumber, 'As it stands on the label'), ...attachedTo }),
]);
export const attachBySerialRequest = object({
  serial_number: serialNumber,
  reservoir_id: Type.Optional({
    ...uuid,
    description: "The account's only reservoir that waits for a device when left out",
  }),
});
export const paired = object({ status: Type.Literal('OK'), device_id: deviceId });

export const devicePatch = object(
  {
    name: Type.Optional(nullable(deviceName)),
    status: Type.Optional(Type.Enum([...deviceStatuses])),
    interval_seconds: Type.Optional(
      nullable(
        quantity(3, {
          minimum: 1,
          maximum: 7 * aDayInSeconds,
          description: 'Silence is measured by it; null: as for every device that has not said its own',
        }),
      ),
    ),
  },
  { minProperties: 1 },
);

const count = (description: string) => Type.Integer({ minimum: 0, description });
const sequence = object({
  epoch: count('How often the device has begun to count anew'),
  restarted_at: described(nullable(timestamp), 'When it did so last'),
  restart_cause: described(
    nullable(Type.Enum([...restartCauses])),
    'By what it was seen: another `system.boot_id`, a `system.reset_reason`, other messages under numbers that were used, or somebody who said so',
  ),
  last_seq: described(nullable(Type.Integer({ minimum: 0 })), 'Highest sequence number of the epoch'),
  aside_count: count('Messages that are stored and not decided on, until the next ones tell what their numbers mean'),
  given_up_count: count('Messages that are missing for good: their gaps were given up, as too many to remember'),
});
const number = nullable(Type.Number());
export const device = component(
  'Device',
  object({
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
    last_reading_at: described(nullable(timestamp), 'When the message of its last reading was received'),
    attached_at: described(timestamp, 'When it was attached to the reservoir'),
    sequence: described(sequence, 'How its numbering stands'),
    reservoir: described(object({ reservoir_id: uuid, name: Type.String() }), 'What it measures'),
    site: described(object({ site_id: uuid, name: Type.String() }), 'Where that is'),
    etag: described(etag, 'For If-Match'),
  }),
);
export const devicePage = page(device);

export const asSerialNumber = (given: string): string => given.trim().toUpperCase();
export const asClaimCode = (given: string): string => given.trim().toUpperCase();
