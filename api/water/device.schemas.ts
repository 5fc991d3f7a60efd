import { Type } from 'typebox';
import { deviceStatuses, deviceTypes, provisioningStatuses } from '../../workflows/water/device-unit.contract.js';
import { quantity } from '../shared/quantity.js';
import { component, nullable, object, page, timestamp, uuid } from '../shared/schema.js';
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
export const attachRequest = Type.Union([
  object({ device_id: deviceId, claim_code: givenCode, reservoir_id: uuid }),
  object({ serial_number: serialNumber, claim_code: givenCode, reservoir_id: uuid }),
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

const number = nullable(Type.Number());
export const device = component(
  'Device',
  object({
    device_id: deviceId,
    serial_number: Type.String(),
    name: nullable(deviceName),
    device_type: deviceType,
    firmware_version: nullable(Type.String()),
    status: Type.Enum([...deviceStatuses]),
    battery_pct: nullable(pct),
    battery_voltage_mv: number,
    is_charging: nullable(Type.Boolean()),
    signal_strength_dbm: number,
    connectivity_state: Type.Enum(['ONLINE', 'STALE', 'OFFLINE', 'NEVER_SEEN']),
    interval_seconds: number,
    last_seen_at: nullable(timestamp),
    last_reading_at: nullable(timestamp),
    attached_at: timestamp,
    reservoir: object({ reservoir_id: uuid, name: Type.String() }),
    site: object({ site_id: uuid, name: Type.String() }),
    etag,
  }),
);
export const devicePage = page(device);

export const asSerialNumber = (given: string): string => given.trim().toUpperCase();
export const asClaimCode = (given: string): string => given.trim().toUpperCase();
