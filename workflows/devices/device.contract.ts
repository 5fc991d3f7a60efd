import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import { searchableBy } from '../shared/search-attributes.js';
import type { SignedStart } from '../shared/start.js';
import type { ThingMessage } from './measured-thing.contract.js';

/** Names, messages and state of a device's workflow for callers outside. */
export const deviceTaskQueue = 'telemetry';
export const deviceWorkflowType = 'deviceWorkflow';
export const deviceWorkflowId = (deviceId: string) => `device/${deviceId}`;
/**
 * A device outlives the accounts that own the unit, so the start names no account; an account's
 * commands come as updates.
 */
export const startOfDevice = ({ deviceId }: { deviceId: string }): SignedStart => ({
  type: deviceWorkflowType,
  id: deviceWorkflowId(deviceId),
  accounts: [],
});

export const connectivityStates = ['ONLINE', 'STALE', 'OFFLINE', 'NEVER_SEEN'] as const;
export type ConnectivityState = (typeof connectivityStates)[number];

/**
 * Search attributes of a device's workflow at the start: no account, since a device outlives
 * owners.
 */
export const searchableDevice = searchableBy('devices', undefined, {
  status: 'NEVER_SEEN' satisfies ConnectivityState,
});

export interface DeviceInput {
  deviceId: string;
  /** Reporting interval (ms) of a device without a reported interval. */
  defaultIntervalMs: number;
  /** State of the run before; absent in the first run. */
  state?: DeviceState;
}

/**
 * State of a device's workflow, with the thing the device measures; small, since every run hands
 * the state on to the next.
 */
export interface DeviceState extends ThingMessage {
  /** Highest accepted number signalled to the workflow, and highest derived. */
  seenTo: number;
  derivedTo: number;
  connectivity: ConnectivityState;
  /** RFC 3339; null before the first message. */
  lastSeenAt: string | null;
  intervalMs: number;
}

/**
 * A signal for all messages up to an accepted number; a repeated or late signal changes nothing.
 */
interface TelemetryReference {
  acceptedTo: number;
}

/** Asks to attach a device to a thing. */
export interface AttachRequest extends ThingMessage {
  accountId: string;
  principalId: string;
  /** Completed with the pairing. */
  commandId?: string;
}
export interface DetachRequest {
  accountId: string;
  principalId: string;
  commandId?: string;
}
/** An attachment of a device to a thing, open or ended. */
export interface Attachment extends ThingMessage {
  deviceId: string;
}

/** A signal, since no caller waits. */
export const telemetryAccepted = defineSignal<[TelemetryReference]>('telemetryAccepted');
/** An update, since the caller learns whether the attachment was possible. */
export const attachDevice = defineUpdate<Attachment, [AttachRequest]>('attachDevice');
export const detachDevice = defineUpdate<Attachment, [DetachRequest]>('detachDevice');
export const deviceState = defineQuery<DeviceState>('state');

/** A device's reporting as stored in the database, possibly newer than the workflow's state. */
export interface DeviceSight {
  connectivity: ConnectivityState;
  lastSeenAt: string | null;
  /** Null for a device without a reporting interval of its own. */
  intervalMs: number | null;
}

/** Result of deriving one batch of messages. */
export interface DerivedBatch extends DeviceSight {
  derivedTo: number;
  /** More messages wait than fit into one batch. */
  hasMore: boolean;
}
