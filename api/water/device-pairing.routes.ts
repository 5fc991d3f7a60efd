import { createSubscriptionViews } from '../../db/identity/subscription.views.js';
import type { Database } from '../../db/shared/database.js';
import { createDeviceClaimRecords, type UnitName } from '../../db/water/device-claim.records.js';
import { createDeviceUnitViews } from '../../db/water/device-unit.views.js';
import { createDeviceViews } from '../../db/water/device.views.js';
import { createReservoirViews } from '../../db/water/reservoir.views.js';
import type { ErrorCode } from '../../workflows/shared/error-codes.js';
import { asFailure, failure } from '../../workflows/shared/failure.js';
import type { CommandRef } from '../../workflows/shared/command.js';
import {
  attachDevice,
  detachDevice,
  deviceWorkflowId,
  deviceWorkflowType,
  searchableDevice,
  type AttachRequest,
  type DetachRequest,
  type DeviceInput,
} from '../../workflows/water/device.contract.js';
import { placeOf } from '../shared/place.js';
import { member, route, type Route } from '../shared/route.js';
import type { Workflows, WorkflowStart } from '../shared/workflows.js';
import {
  asClaimCode,
  asSerialNumber,
  attachBySerialRequest,
  attachRequest,
  deviceParams,
  paired,
} from './device.schemas.js';

export interface DevicePairingParts {
  database: Database;
  workflows: Workflows;
  /** Reporting interval of a device that has not said its own, in milliseconds. */
  deviceIntervalMs: number;
  /** Where the workers of devices listen. */
  deviceTaskQueue: string;
  /** Claim codes are kept under a keyed hash. */
  claimCodeKey: string;
}

/** Which unit somebody wants to attach where, and who they are. */
interface Wish {
  unit: UnitName;
  claimCode?: string | undefined;
  request: AttachRequest & CommandRef;
  updateId: string;
  clientIp: string;
  /** Whether what stands in the way of the account's own device is said. */
  tellsOfOwn: boolean;
}

const tag = 'Devices';
const editors = ['OWNER', 'ADMIN', 'MANAGER'] as const;
const base = '/v1/accounts/:account_id/devices';
const notOneReservoir = { path: '/reservoir_id', message: 'is required unless one reservoir alone waits for a device' };
const ofOwn: readonly ErrorCode[] = ['DEVICE_ALREADY_PAIRED', 'DEVICE_NOT_PROVISIONED'];
const missed =
  'A unit that does not exist, one that somebody else has, and a wrong claim code are one answer. Limited to 10 misses in 10 minutes, on both roads together.';

/** A device's workflow alone pairs and parts; the routes find out which device is meant. */
export function createDevicePairingRoutes(parts: DevicePairingParts): Route[] {
  const { database, workflows } = parts;
  const units = createDeviceUnitViews(database.read);
  const devices = createDeviceViews(database.read);
  const reservoirs = createReservoirViews(database.read);
  const subscriptions = createSubscriptionViews(database.read);
  const claims = createDeviceClaimRecords({ database, codeKey: parts.claimCodeKey });

  const attach = (deviceId: string, request: AttachRequest & CommandRef, updateId: string) =>
    workflows.updateWithStart({
      ...workflowOf(deviceId, parts),
      update: attachDevice,
      updateArgs: [request],
      updateId,
    });

  /**
   * Throws what there is to say of the caller's own reservoir and plan, for every unit alike: said of what there is and not
   * of what there is not, it would tell them apart.
   */
  async function assertRoom(name: UnitName, { accountId, reservoirId }: AttachRequest): Promise<void> {
    const [reservoir, deviceId] = await Promise.all([reservoirs.byId(accountId, reservoirId), units.idOf(name)]);
    if (!reservoir) throw failure('RESOURCE_NOT_FOUND');
    const { device_id: paired } = reservoir;
    if (paired !== null && paired === deviceId) return;
    if (paired !== null) throw failure('RESERVOIR_ALREADY_PAIRED', { reservoir_id: reservoirId });
    const full = await subscriptions.fullness(accountId, 'devices');
    if (full) throw failure('PLAN_LIMIT_REACHED', full);
  }

  /** The device's id, or RESOURCE_NOT_FOUND and a miss for whatever there is not to be had. */
  async function attachClaimed({ unit, claimCode, request, updateId, clientIp, tellsOfOwn }: Wish): Promise<string> {
    const { accountId, principalId } = request;
    await assertRoom(unit, request);
    const who = { accountId, principalId, place: placeOf(clientIp) };
    let deviceId: string | undefined;
    try {
      deviceId = await claims.claim({ ...who, unit, claimCode });
      if (deviceId !== undefined) await attach(deviceId, request, updateId);
    } catch (error) {
      const code = asFailure(error)?.code;
      // Another account was faster, or what stands in the way is not to be told.
      if (code !== 'RESOURCE_NOT_FOUND' && (tellsOfOwn || code === undefined || !ofOwn.includes(code))) throw error;
      await claims.miss(who);
      deviceId = undefined;
    }
    if (deviceId === undefined) throw failure('RESOURCE_NOT_FOUND');
    return deviceId;
  }

  /** A workflow is started for what is known to be a device of this account, now or before. */
  async function detach(deviceId: string, request: DetachRequest & CommandRef, updateId: string): Promise<void> {
    if (!(await devices.wasAttached(request.accountId, deviceId))) throw failure('RESOURCE_NOT_FOUND');
    await workflows.updateWithStart({
      ...workflowOf(deviceId, parts),
      update: detachDevice,
      updateArgs: [request],
      updateId,
    });
  }

  return [
    route({
      method: 'post',
      path: `${base}/attach`,
      operationId: 'attachDevice',
      summary: 'Attach a device to a reservoir',
      description: `By the serial number on its label, and with its claim code if the unit has one; by its id only where it is the account's already: assigned to it by the platform, or attached before and to nobody since. ${missed}`,
      tag,
      access: member(...editors),
      effect: 'workflow',
      audit: { action: 'device.attach', subject: 'device' },
      uses: 'devices',
      body: attachRequest,
      responses: { 200: paired },
      errors: [
        'RESOURCE_NOT_FOUND',
        'DEVICE_ALREADY_PAIRED',
        'RESERVOIR_ALREADY_PAIRED',
        'DEVICE_NOT_PROVISIONED',
        'RATE_LIMITED',
      ],
    }).handledBy(async ({ accountId, caller, clientIp, body, command: { id: commandId, updateId } }) => {
      const unit =
        'device_id' in body ? { deviceId: body.device_id } : { serialNumber: asSerialNumber(body.serial_number) };
      const claimCode = body.claim_code && asClaimCode(body.claim_code);
      const request = { accountId, reservoirId: body.reservoir_id, principalId: caller.principalId, commandId };
      const deviceId = await attachClaimed({ unit, claimCode, request, updateId, clientIp, tellsOfOwn: true });
      return { status: 200, body: { status: 'OK', device_id: deviceId } };
    }),

    route({
      method: 'post',
      path: `${base}/attach-by-serial`,
      operationId: 'attachDeviceBySerial',
      summary: 'Attach a device by the serial number on its label',
      description: `For a unit without a claim code. ${missed}`,
      tag,
      access: member(...editors),
      effect: 'workflow',
      audit: { action: 'device.attach', subject: 'device' },
      uses: 'devices',
      body: attachBySerialRequest,
      responses: { 200: paired },
      errors: ['RESOURCE_NOT_FOUND', 'RESERVOIR_ALREADY_PAIRED', 'RATE_LIMITED'],
    }).handledBy(async ({ accountId, caller, clientIp, body, command: { id: commandId, updateId } }) => {
      const reservoirId = body.reservoir_id ?? (await devices.waitingReservoir(accountId));
      if (reservoirId === undefined) throw failure('VALIDATION_ERROR', { errors: [notOneReservoir] });
      const request = { accountId, reservoirId, principalId: caller.principalId, commandId };
      const unit = { serialNumber: asSerialNumber(body.serial_number) };
      const deviceId = await attachClaimed({ unit, request, updateId, clientIp, tellsOfOwn: false });
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
    }).handledBy(
      async ({ accountId, caller, params: { device_id: deviceId }, command: { id: commandId, updateId } }) => {
        await detach(deviceId, { accountId, principalId: caller.principalId, commandId }, updateId);
        return { status: 200, body: { status: 'OK', device_id: deviceId } };
      },
    ),

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
    }).handledBy(
      async ({ accountId, caller, params: { device_id: deviceId }, command: { id: commandId, updateId } }) => {
        await detach(deviceId, { accountId, principalId: caller.principalId, commandId }, updateId);
        return { status: 204 };
      },
    ),
  ];
}

function workflowOf(deviceId: string, { deviceIntervalMs, deviceTaskQueue }: DevicePairingParts): WorkflowStart {
  const input: DeviceInput = { deviceId, defaultIntervalMs: deviceIntervalMs };
  return {
    workflow: deviceWorkflowType,
    workflowId: deviceWorkflowId(deviceId),
    taskQueue: deviceTaskQueue,
    args: [input],
    isForGood: true,
    typedSearchAttributes: searchableDevice,
    staticSummary: `Device ${deviceId}`,
  };
}
