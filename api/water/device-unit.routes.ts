import type { Database } from '../../db/shared/database.js';
import { createDeviceRecords } from '../../db/water/device.records.js';
import { createDeviceUnitRecords } from '../../db/water/device-unit.records.js';
import { platformAdmin, route, type Route } from '../shared/route.js';
import {
  asClaimCode,
  asSerialNumber,
  registered,
  registerRequest,
  unitCredentials,
  unitParams,
  unitRequest,
} from './device.schemas.js';

export interface DeviceUnitParts {
  database: Database;
  /** Claim codes are kept under a keyed hash. */
  claimCodeKey: string;
}

const tag = 'Inventory';

/** The platform's side of devices: units come into the inventory, and become devices by being registered. */
export function createDeviceUnitRoutes({ database, claimCodeKey }: DeviceUnitParts): Route[] {
  const units = createDeviceUnitRecords({ database, codeKey: claimCodeKey });
  const devices = createDeviceRecords(database);

  return [
    route({
      method: 'post',
      path: '/v1/internal/device-inventory/units/:device_id',
      operationId: 'provisionUnit',
      summary: 'Add a unit to the inventory, or change it',
      description:
        'The MQTT password is in the answer that makes it, and in no other: a repeat answers null. `rotate_credentials` makes a new one. A `claim_code` must then be given by whoever attaches the unit, and a unit with an `account_id` is attached by that account alone; left out, they stay, and null takes them away.',
      tag,
      access: platformAdmin(),
      // Its answer holds a password, and the id in the path makes it safe to repeat.
      idempotency: 'none',
      audit: { action: 'device-unit.store', subject: 'device' },
      params: unitParams,
      body: unitRequest,
      responses: { 200: unitCredentials, 201: unitCredentials },
      errors: ['DEVICE_ALREADY_EXISTS'],
    }).handledBy(async ({ caller, params: { device_id: deviceId }, body }) => {
      const unit = {
        deviceId,
        serialNumber: asSerialNumber(body.serial_number),
        provisioningStatus: body.provisioning_status,
        metadata: body.metadata,
        claimCode: body.claim_code && asClaimCode(body.claim_code),
        assignedTo: body.account_id,
      };
      const isPasswordRotated = body.rotate_credentials ?? false;
      const { isNew, password } = await units.store(unit, { isPasswordRotated, principalId: caller.principalId });
      const credentials = { device_id: deviceId, mqtt_username: deviceId, mqtt_password: password };
      return { status: isNew ? 201 : 200, body: credentials, headers: { 'Cache-Control': 'no-store' } };
    }),

    route({
      method: 'post',
      path: '/v1/internal/devices/:device_id/register',
      operationId: 'registerDevice',
      summary: 'Register a unit of the inventory as a device',
      tag,
      access: platformAdmin(),
      audit: { action: 'device.register', subject: 'device' },
      params: unitParams,
      body: registerRequest,
      responses: { 200: registered, 201: registered },
      errors: ['DEVICE_NOT_PROVISIONED'],
    }).handledBy(async ({ caller, params: { device_id: deviceId }, body }) => {
      const device = { deviceId, deviceType: body.device_type, firmwareVersion: body.firmware_version };
      const { isNew } = await devices.register(device, caller.principalId);
      return { status: isNew ? 201 : 200, body: { device_id: deviceId } };
    }),
  ];
}
