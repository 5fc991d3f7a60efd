import { subscriptionViews } from '../../db/identity/account/subscription.views.js';
import {
  platformAccountId,
  type Database,
  type ReadScope,
  type WriteScope,
} from '../../db/connection/database.js';
import { deviceClaimRecords } from '../../db/devices/device-claim.records.js';
import { deviceUnitViews, type UnitName } from '../../db/devices/device-unit.views.js';
import { deviceViews } from '../../db/devices/device.views.js';
import type { MeasuredKind } from '../../db/devices/measured-kind.contract.js';
import type { ErrorCode } from '../../workflows/shared/error-codes.js';
import { asFailure, failure } from '../../workflows/shared/failure.js';
import type { CommandRef } from '../../workflows/shared/command.js';
import {
  attachDevice,
  detachDevice,
  deviceWorkflowId,
  deviceWorkflowType,
  searchableDevice,
  type DetachRequest,
  type DeviceInput,
} from '../../workflows/devices/device.contract.js';
import { findKind, occupied } from '../../workflows/devices/measured-kind.contract.js';
import {
  thingMessage,
  type MeasuredThing,
} from '../../workflows/devices/measured-thing.contract.js';
import { placeOf } from '../limits/place.js';
import type { Caller } from '../route/caller.js';
import type { Command } from '../route/route.js';
import type { Workflows, WorkflowStart } from '../shared/workflows.js';

export interface DevicePairingParts {
  database: Pick<Database, 'reads' | 'transaction'>;
  workflows: Workflows;
  /** Reporting interval (ms) of a device without a reported interval. */
  deviceIntervalMs: number;
  /** Queue of the devices domain's workers. */
  deviceTaskQueue: string;
  /** Key of the hash under which claim codes are stored. */
  claimCodeKey: string;
  /** Kinds of things to attach devices to. */
  measuredKinds: readonly MeasuredKind[];
}

/** The request of a member of an account, as the route's handler is given the request. */
interface PairingCall {
  accountId: string;
  caller: Caller;
  scope: ReadScope;
  command: Command;
  clientIp: string;
}

/** A unit to attach, and the thing to measure. */
interface Wish {
  unit: UnitName;
  claimCode?: string | undefined;
  thing: MeasuredThing;
  /** Whether the caller learns the obstacle of the account's own device. */
  tellsOfOwn: boolean;
}

const platform = { accountId: platformAccountId };
const ofOwn: readonly ErrorCode[] = ['DEVICE_ALREADY_PAIRED', 'DEVICE_NOT_PROVISIONED'];

/**
 * Commands to a device's workflow. The workflow alone decides; the commands find the device's id.
 */
export function createDevicePairingCommands(parts: DevicePairingParts) {
  const { database, workflows, measuredKinds } = parts;
  const units = deviceUnitViews(database.reads(platform));
  const claimsOf = (scope: WriteScope) =>
    deviceClaimRecords(scope, { codeKey: parts.claimCodeKey });

  /**
   * Throws every refusal about the caller's own thing and plan, for every unit alike: a refusal for
   * existing units only would reveal the existing units.
   */
  async function assertRoom({ scope }: PairingCall, { unit, thing }: Wish): Promise<void> {
    const [paired, deviceId] = await Promise.all([
      deviceViews(scope, measuredKinds).measuring(thing),
      units.idOf(unit),
    ]);
    const kind = findKind(measuredKinds, thing);
    if (paired === undefined || !kind) throw failure('RESOURCE_NOT_FOUND');
    if (paired !== null && paired === deviceId) return;
    if (paired !== null) throw occupied(kind, thing.thingId);
    const full = await subscriptionViews(scope).fullness('devices');
    if (full) throw failure('PLAN_LIMIT_REACHED', full);
  }

  return {
    /**
     * Attaches a unit that the account may have, and answers the device's id;
     * RESOURCE_NOT_FOUND and a recorded miss for any other unit.
     */
    async attach(call: PairingCall, wish: Wish): Promise<string> {
      const { unit, claimCode, thing } = wish;
      const request = requestOf(call);
      await assertRoom(call, wish);
      const { accountId, principalId } = request;
      const claimant = { accountId, principalId, place: placeOf(call.clientIp) };
      let deviceId: string | undefined;
      try {
        deviceId = await database.transaction(platform, (scope) =>
          claimsOf(scope).claim({ ...claimant, unit, claimCode }),
        );
        if (deviceId !== undefined)
          await workflows.updateWithStart({
            ...workflowOf(deviceId, parts),
            update: attachDevice,
            updateArgs: [{ ...request, ...thingMessage(thing) }],
            updateId: call.command.updateId,
          });
      } catch (error) {
        if (!isMiss(error, wish)) throw error;
        await database.transaction(platform, (scope) => claimsOf(scope).miss(claimant));
        deviceId = undefined;
      }
      if (deviceId === undefined) throw failure('RESOURCE_NOT_FOUND');
      return deviceId;
    },

    /** Starts a workflow only for a known device of the account, attached now or before. */
    async detach(call: PairingCall, deviceId: string): Promise<void> {
      if (!(await deviceViews(call.scope, measuredKinds).wasAttached(deviceId)))
        throw failure('RESOURCE_NOT_FOUND');
      await workflows.updateWithStart({
        ...workflowOf(deviceId, parts),
        update: detachDevice,
        updateArgs: [requestOf(call)],
        updateId: call.command.updateId,
      });
    },
  };
}

/** Another account was faster, or the obstacle is kept from the caller. */
function isMiss(error: unknown, { tellsOfOwn }: Wish): boolean {
  const code = asFailure(error)?.code;
  if (code === undefined || tellsOfOwn) return code === 'RESOURCE_NOT_FOUND';
  return code === 'RESOURCE_NOT_FOUND' || ofOwn.includes(code);
}

const requestOf = ({ accountId, caller, command }: PairingCall): DetachRequest & CommandRef => ({
  accountId,
  principalId: caller.principalId,
  commandId: command.id,
});

function workflowOf(
  deviceId: string,
  { deviceIntervalMs, deviceTaskQueue }: DevicePairingParts,
): WorkflowStart {
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
