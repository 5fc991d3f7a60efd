import { deviceRecords } from '../../db/devices/device.records.js';
import { deviceUnitRecords } from '../../db/devices/device-unit.records.js';
import { platformAdmin, route, type Route } from '../route/route.js';
import {
  asClaimCode,
  asSerialNumber,
  registered,
  registerRequest,
  unitCredentials,
  unitParams,
  unitRequest,
} from './device.schemas.js';

interface DeviceUnitParts {
  /** Key of the hash under which claim codes are stored. */
  claimCodeKey: string;
}

const tag = 'Inventory';

/**
 * The platform's side of devices: units come into the inventory, and become devices by being
 * registered.
 */
export function createDeviceUnitRoutes({ claimCodeKey }: DeviceUnitParts): Route[] {
  const provisionUnit = route({
    method: 'post',
    path: '/v1/internal/device-inventory/units/:device_id',
    operationId: 'provisionUnit',
    summary: 'Add a unit to the inventory, or change it',
    description:
      'The MQTT password is in the answer that makes it, and in no other: a repeat answers null. `rotate_credentials` makes a new one. A `claim_code` must then be given by whoever attaches the unit, and a unit with an `account_id` is attached by that account alone; left out, they stay, and null takes them away.',
    tag,
    access: platformAdmin(),
    // None: the answer holds a password, and the id in the path makes a repeat safe.
    idempotency: 'none',
    audit: { action: 'device-unit.store', subject: 'device' },
    params: unitParams,
    body: unitRequest,
    responses: { 200: unitCredentials, 201: unitCredentials },
    errors: ['DEVICE_ALREADY_EXISTS'],
  }).handledBy(async ({ scope, params: { device_id: deviceId }, body }) => {
    const unit = {
      deviceId,
      serialNumber: asSerialNumber(body.serial_number),
      provisioningStatus: body.provisioning_status,
      metadata: body.metadata,
      claimCode: body.claim_code && asClaimCode(body.claim_code),
      assignedTo: body.account_id,
    };
    const units = deviceUnitRecords(scope, { codeKey: claimCodeKey });
    const isPasswordRotated = body.rotate_credentials ?? false;
    const { isNew, password } = await units.store(unit, { isPasswordRotated });
    return {
      status: isNew ? 201 : 200,
      body: { device_id: deviceId, mqtt_username: deviceId, mqtt_password: password },
      headers: { 'Cache-Control': 'no-store' },
    };
  });

  const registerDevice = route({
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
  }).handledBy(async ({ scope, params: { device_id: deviceId }, body }) => {
    const { isNew } = await deviceRecords(scope).register({
      deviceId,
      deviceType: body.device_type,
      firmwareVersion: body.firmware_version,
    });
    return { status: isNew ? 201 : 200, body: { device_id: deviceId } };
  });

  return [provisionUnit, registerDevice];
}
