import { deviceViews } from '../../db/devices/device.views.js';
import { policy } from '../../workflows/identity/policy.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import type { MeasuredThing } from '../../workflows/devices/measured-thing.contract.js';
import { member, route, type Route } from '../route/route.js';
import { createDevicePairingCommands, type DevicePairingParts } from './device-pairing.commands.js';
import {
  asClaimCode,
  asSerialNumber,
  attachBySerialRequest,
  attachRequest,
  deviceParams,
  paired,
  type ThingFields,
} from './device.schemas.js';
import type { MeasuredKindSchemas } from './measured-kind.contract.js';

export interface DevicePairingRouteParts extends DevicePairingParts {
  measuredKindSchemas: readonly MeasuredKindSchemas[];
}

const tag = 'Devices';
const editors = policy['devices.edit'];
const base = '/v1/accounts/:account_id/devices';
const missed =
  'A unit that does not exist, one that somebody else has, and a wrong claim code are one answer. Limited to 10 misses in 10 minutes, on both roads together.';

/** Pairs and parts devices. */
export function createDevicePairingRoutes(parts: DevicePairingRouteParts): Route[] {
  const { measuredKinds, measuredKindSchemas } = parts;
  const commands = createDevicePairingCommands(parts);
  const occupiedCodes = measuredKinds.map(({ occupiedCode }) => occupiedCode);
  const notOneThing = measuredKinds.map(({ kind, idField }) => ({
    path: `/${idField}`,
    message: `is required unless one ${kind} alone waits for a device`,
  }));

  /** The thing of a request, by the field of the thing's kind. */
  function thingIn(body: ThingFields): MeasuredThing | undefined {
    for (const { kind, idField } of measuredKinds) {
      const thingId = body[idField];
      if (typeof thingId === 'string') return { kind, thingId };
    }
    return undefined;
  }

  const attachDevice = route({
    method: 'post',
    path: `${base}/attach`,
    operationId: 'attachDevice',
    summary: 'Attach a device to what it is to measure',
    description: `By the serial number on its label, and with its claim code if the unit has one; by its id only where it is the account's already: assigned to it by the platform, or attached before and to nobody since. ${missed}`,
    tag,
    access: member(...editors),
    scope: 'water.write',
    effect: 'workflow',
    audit: { action: 'device.attach', subject: 'device' },
    uses: 'devices',
    body: attachRequest(measuredKindSchemas),
    responses: { 200: paired },
    errors: [
      'RESOURCE_NOT_FOUND',
      'DEVICE_ALREADY_PAIRED',
      ...occupiedCodes,
      'DEVICE_NOT_PROVISIONED',
      'RATE_LIMITED',
    ],
  }).handledBy(async ({ body, ...call }) => {
    const thing = thingIn(body);
    if (!thing) throw failure('RESOURCE_NOT_FOUND');
    const deviceId = await commands.attach(call, {
      unit:
        body.device_id !== undefined
          ? { deviceId: body.device_id }
          : { serialNumber: asSerialNumber(body.serial_number) },
      claimCode: body.claim_code && asClaimCode(body.claim_code),
      thing,
      tellsOfOwn: true,
    });
    return { status: 200, body: { status: 'OK', device_id: deviceId } };
  });

  const attachDeviceBySerial = route({
    method: 'post',
    path: `${base}/attach-by-serial`,
    operationId: 'attachDeviceBySerial',
    summary: 'Attach a device by the serial number on its label',
    description: `For a unit without a claim code. ${missed}`,
    tag,
    access: member(...editors),
    scope: 'water.write',
    effect: 'workflow',
    audit: { action: 'device.attach', subject: 'device' },
    uses: 'devices',
    body: attachBySerialRequest(measuredKindSchemas),
    responses: { 200: paired },
    errors: ['RESOURCE_NOT_FOUND', ...occupiedCodes, 'RATE_LIMITED'],
  }).handledBy(async ({ body, ...call }) => {
    const thing = thingIn(body) ?? (await deviceViews(call.scope, measuredKinds).waiting());
    if (!thing) throw failure('VALIDATION_ERROR', { errors: notOneThing });
    const deviceId = await commands.attach(call, {
      unit: { serialNumber: asSerialNumber(body.serial_number) },
      thing,
      tellsOfOwn: false,
    });
    return { status: 200, body: { status: 'OK', device_id: deviceId } };
  });

  const detachDevice = route({
    method: 'post',
    path: `${base}/:device_id/detach`,
    summary: 'Detach a device from what it measures',
    tag,
    access: member(...editors),
    scope: 'water.write',
    effect: 'workflow',
    audit: { action: 'device.detach', subject: 'device' },
    params: deviceParams,
    responses: { 200: paired },
  }).handledBy(async ({ params: { device_id: deviceId }, ...call }) => {
    await commands.detach(call, deviceId);
    return { status: 200, body: { status: 'OK', device_id: deviceId } };
  });

  const giveDeviceUp = route({
    method: 'delete',
    path: `${base}/:device_id`,
    summary: 'Give a device up',
    description:
      'Detaches it. Its readings stay with what it measured, and anyone who holds it may attach it.',
    tag,
    access: member(...editors),
    scope: 'water.write',
    effect: 'workflow',
    audit: { action: 'device.give-up', subject: 'device' },
    params: deviceParams,
    responses: { 204: null },
  }).handledBy(async ({ params, ...call }) => {
    await commands.detach(call, params.device_id);
    return { status: 204 };
  });

  return [attachDevice, attachDeviceBySerial, detachDevice, giveDeviceUp];
}
