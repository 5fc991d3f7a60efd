import { createSubscriptionViews } from '../../db/identity/subscription.views.js';
import type { Database } from '../../db/shared/database.js';
import { createDeviceUnitViews, type DeviceUnitView } from '../../db/water/device-unit.views.js';
import { createDeviceViews } from '../../db/water/device.views.js';
import { createReservoirViews } from '../../db/water/reservoir.views.js';
import { asFailure, failure } from '../../workflows/shared/failure.js';
import type { CommandRef } from '../../workflows/shared/command.js';
import { searchableBy } from '../../workflows/shared/search-attributes.js';
import {
  attachDevice,
  detachDevice,
  deviceWorkflowId,
  deviceWorkflowType,
  type AttachRequest,
  type DetachRequest,
  type DeviceInput,
} from '../../workflows/water/device.contract.js';
import { member, route, type Route } from '../shared/route.js';
import { createTries } from '../shared/tries.js';
import type { Workflows, WorkflowStart } from '../shared/workflows.js';
import { asSerialNumber, attachBySerialRequest, attachRequest, deviceParams, paired } from './device.schemas.js';

export interface DevicePairingParts {
  database: Database;
  workflows: Workflows;
  /** Reporting interval of a device that has not said its own, in milliseconds. */
  deviceIntervalMs: number;
  /** Where the workers of devices listen. */
  deviceTaskQueue: string;
}

const tag = 'Devices';
const editors = ['OWNER', 'ADMIN', 'MANAGER'] as const;
const base = '/v1/accounts/:account_id/devices';
const notOneReservoir = { path: '/reservoir_id', message: 'is required unless one reservoir alone waits for a device' };
const serialTries = { max: 10, windowMs: 60_000 };

/** A device's workflow alone pairs and parts; the routes find out which device is meant. */
export function createDevicePairingRoutes(parts: DevicePairingParts): Route[] {
  const { database, workflows } = parts;
  const units = createDeviceUnitViews(database.read);
  const devices = createDeviceViews(database.read);
  const reservoirs = createReservoirViews(database.read);
  const subscriptions = createSubscriptionViews(database.read);
  // Serial numbers are short enough to be found by trying.
  const tries = createTries(serialTries);

  const attach = (deviceId: string, request: AttachRequest & CommandRef) =>
    workflows.updateWithStart({
      ...workflowOf(deviceId, parts),
      update: attachDevice,
      updateArgs: [request],
      updateId: request.commandId,
    });

  /**
   * Undefined when there is nothing to attach, whether the unit is not there, not ready or another account's. What there is
   * to say of the caller's own reservoir is said first, for every serial number alike.
   */
  async function attachUnseen(
    unit: DeviceUnitView | undefined,
    request: AttachRequest & CommandRef,
  ): Promise<string | undefined> {
    const reservoir = await reservoirs.byId(request.accountId, request.reservoirId);
    if (!reservoir) throw failure('RESOURCE_NOT_FOUND');
    const isOpen = unit && isReady(unit) && (unit.account_id ?? request.accountId) === request.accountId;
    const deviceId = isOpen ? unit.device_id : undefined;
    if (reservoir.device_id !== null && reservoir.device_id !== deviceId)
      throw failure('RESERVOIR_ALREADY_PAIRED', { reservoir_id: request.reservoirId });
    if (deviceId === undefined) {
      // What there is would be refused for the plan; so must be what is not, or the refusal tells them apart.
      const full = await subscriptions.fullness(request.accountId, 'devices');
      if (full) throw failure('PLAN_LIMIT_REACHED', full);
      return undefined;
    }
    try {
      await attach(deviceId, request);
      return deviceId;
    } catch (error) {
      if (asFailure(error)?.code === 'DEVICE_ALREADY_PAIRED') return undefined;
      throw error;
    }
  }

  /** A workflow is started for what is known to be a device of this account, now or before. */
  async function detach(deviceId: string, request: DetachRequest & CommandRef): Promise<void> {
    if (!(await devices.wasAttached(request.accountId, deviceId))) throw failure('RESOURCE_NOT_FOUND');
    await workflows.updateWithStart({
      ...workflowOf(deviceId, parts),
      update: detachDevice,
      updateArgs: [request],
      updateId: request.commandId,
    });
  }

  return [
    route({
      method: 'post',
      path: `${base}/attach`,
      summary: 'Attach a device to a reservoir',
      tag,
      access: member(...editors),
      effect: 'workflow',
      audit: { action: 'device.attach', subject: 'device' },
      uses: 'devices',
      body: attachRequest,
      responses: { 200: paired },
      errors: ['RESOURCE_NOT_FOUND', 'DEVICE_ALREADY_PAIRED', 'RESERVOIR_ALREADY_PAIRED', 'DEVICE_NOT_PROVISIONED'],
    }).handledBy(async ({ accountId, caller, body, command: { id: commandId } }) => {
      const by =
        'device_id' in body ? { deviceId: body.device_id } : { serialNumber: asSerialNumber(body.serial_number) };
      const deviceId = attachable(await units.find(by));
      await attach(deviceId, { accountId, reservoirId: body.reservoir_id, principalId: caller.principalId, commandId });
      return { status: 200, body: { status: 'OK', device_id: deviceId } };
    }),

    route({
      method: 'post',
      path: `${base}/attach-by-serial`,
      summary: 'Attach a device by the serial number on its label',
      description:
        'A serial number that does not exist and one that somebody else has are the same answer. Limited to 10 misses a minute.',
      tag,
      access: member(...editors),
      effect: 'workflow',
      audit: { action: 'device.attach', subject: 'device' },
      uses: 'devices',
      body: attachBySerialRequest,
      responses: { 200: paired },
      errors: ['RESOURCE_NOT_FOUND', 'RESERVOIR_ALREADY_PAIRED', 'RATE_LIMITED'],
    }).handledBy(async ({ accountId, caller, body, command: { id: commandId } }) => {
      tries.assertLeft(accountId);
      const reservoirId = body.reservoir_id ?? (await devices.waitingReservoir(accountId));
      if (reservoirId === undefined) throw failure('VALIDATION_ERROR', { errors: [notOneReservoir] });
      const request = { accountId, reservoirId, principalId: caller.principalId, commandId };
      const unit = await units.find({ serialNumber: asSerialNumber(body.serial_number) });
      const deviceId = await attachUnseen(unit, request);
      if (deviceId === undefined) {
        tries.miss(accountId);
        throw failure('RESOURCE_NOT_FOUND');
      }
      return { status: 200, body: { status: 'OK', device_id: deviceId } };
    }),

    route({
      method: 'post',
      path: `${base}/:device_id/detach`,
      summary: 'Detach a device from its reservoir',
      tag,
      access: member(...editors),
      effect: 'workflow',
      audit: { action: 'device.detach', subject: 'device' },
      params: deviceParams,
      responses: { 200: paired },
    }).handledBy(async ({ accountId, caller, params: { device_id: deviceId }, command: { id: commandId } }) => {
      await detach(deviceId, { accountId, principalId: caller.principalId, commandId });
      return { status: 200, body: { status: 'OK', device_id: deviceId } };
    }),

    route({
      method: 'delete',
      path: `${base}/:device_id`,
      summary: 'Give a device up',
      description: 'Detaches it. Its readings stay with the reservoir, and anyone who holds it may attach it.',
      tag,
      access: member(...editors),
      effect: 'workflow',
      audit: { action: 'device.give-up', subject: 'device' },
      params: deviceParams,
      responses: { 204: null },
    }).handledBy(async ({ accountId, caller, params: { device_id: deviceId }, command: { id: commandId } }) => {
      await detach(deviceId, { accountId, principalId: caller.principalId, commandId });
      return { status: 204 };
    }),
  ];
}

function attachable(unit: DeviceUnitView | undefined): string {
  if (!unit) throw failure('RESOURCE_NOT_FOUND');
  if (!isReady(unit)) throw failure('DEVICE_NOT_PROVISIONED', { device_id: unit.device_id });
  return unit.device_id;
}

const isReady = (unit: DeviceUnitView): boolean => unit.provisioning_status === 'PROVISIONED' && unit.is_registered;

function workflowOf(deviceId: string, { deviceIntervalMs, deviceTaskQueue }: DevicePairingParts): WorkflowStart {
  const input: DeviceInput = { deviceId, defaultIntervalMs: deviceIntervalMs };
  return {
    workflow: deviceWorkflowType,
    workflowId: deviceWorkflowId(deviceId),
    taskQueue: deviceTaskQueue,
    args: [input],
    typedSearchAttributes: searchableBy('water'),
    staticSummary: `Device ${deviceId}`,
  };
}
