import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import { searchableBy } from '../shared/search-attributes.js';
import type { SignedStart } from '../shared/start.js';

/** What the outside may know of a device's workflow. */
export const deviceTaskQueue = 'telemetry';
export const deviceWorkflowType = 'deviceWorkflow';
export const deviceWorkflowId = (deviceId: string) => `device/${deviceId}`;
/** A device outlives its owners, so its start names no account; what an account asks of it comes as an update. */
export const startOfDevice = ({ deviceId }: { deviceId: string }): SignedStart => ({
  ...{ type: deviceWorkflowType, id: deviceWorkflowId(deviceId), accounts: [] },
});

export const connectivityStates = ['ONLINE', 'STALE', 'OFFLINE', 'NEVER_SEEN'] as const;
export type ConnectivityState = (typeof connectivityStates)[number];

/** What a device's workflow is found by when it starts; a device outlives its owners, so by no account. */
export const searchableDevice = searchableBy('water', undefined, {
  status: 'NEVER_SEEN' satisfies ConnectivityState,
});

export interface DeviceInput {
  deviceId: string;
  /** Reporting interval where the device has not said its own, in milliseconds. */
  defaultIntervalMs: number;
  /** What an earlier run of this workflow knew. */
  state?: DeviceState;
}

/** All that a device's workflow remembers; small, since it goes from run to run. */
export interface DeviceState {
  /** Highest accepted number that the workflow was told of, and that it has derived. */
  seenTo: number;
  derivedTo: number;
  connectivity: ConnectivityState;
  /** RFC 3339; null before the first message. */
  lastSeenAt: string | null;
  intervalMs: number;
  reservoirId: string | null;
}

/** Stands for every message up to that number, so a repeat or a late one says nothing new. */
export interface TelemetryReference {
  acceptedTo: number;
}

export interface AttachRequest {
  accountId: string;
  reservoirId: string;
  principalId: string;
  /** Completed with the pairing. */
  commandId?: string;
}
export interface DetachRequest {
  accountId: string;
  principalId: string;
  commandId?: string;
}
export interface Attachment {
  deviceId: string;
  reservoirId: string;
}

/** Nobody waits for it: a signal. */
export const telemetryAccepted = defineSignal<[TelemetryReference]>('telemetryAccepted');
/** Whoever attaches learns whether it was possible. */
export const attachDevice = defineUpdate<Attachment, [AttachRequest]>('attachDevice');
export const detachDevice = defineUpdate<Attachment, [DetachRequest]>('detachDevice');
export const deviceState = defineQuery<DeviceState>('state');

/** What the database knows of a device's reporting; it may know more than the workflow was told. */
export interface DeviceSight {
  connectivity: ConnectivityState;
  lastSeenAt: string | null;
  /** Null where the device has not been given its own. */
  intervalMs: number | null;
}

/** What deriving one batch came to. */
export interface DerivedBatch extends DeviceSight {
  derivedTo: number;
  /** More waits than one batch holds. */
  hasMore: boolean;
}
