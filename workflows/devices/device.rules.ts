import type { Attachment, ConnectivityState, DeviceInput, DeviceState } from './device.contract.js';
import { measuredThing, thingMessage } from './measured-thing.contract.js';

/**
 * Signals after which a run continues as new. The server's limit is 10,000 a run, and signals do
 * not make the server suggest a new run.
 */
export const signalsPerRun = 1_000;

/** Missed intervals after which a device counts as stale and as offline. */
const staleAfterIntervals = 2;
const offlineAfterIntervals = 4;

export const initialState = ({ defaultIntervalMs, state }: DeviceInput): DeviceState =>
  state ?? {
    seenTo: 0,
    derivedTo: 0,
    connectivity: 'NEVER_SEEN',
    lastSeenAt: null,
    intervalMs: defaultIntervalMs,
    ...thingMessage(null),
  };

/** The state of a newly attached device. */
export const attachedState = (attachment: Attachment) => ({
  reservoirId: null,
  thing: null,
  ...thingMessage(measuredThing(attachment)),
});

/**
 * The state of a detached device. A detach by an account of an earlier attachment is answered and
 * changes nothing.
 */
export function detachedState(state: DeviceState, attachment: Attachment) {
  const [measured, detached] = [measuredThing(state), measuredThing(attachment)];
  const isSame = measured?.kind === detached?.kind && measured?.thingId === detached?.thingId;
  return isSame ? { reservoirId: null, thing: null } : {};
}

/** Connectivity after a device's silence up to a moment; null `lastSeenAt` is never seen. */
export function connectivityAt(
  { lastSeenAt, intervalMs }: DeviceState,
  nowMs: number,
): ConnectivityState {
  if (lastSeenAt === null) return 'NEVER_SEEN';
  const silentMs = nowMs - Date.parse(lastSeenAt);
  if (silentMs < staleAfterIntervals * intervalMs) return 'ONLINE';
  return silentMs < offlineAfterIntervals * intervalMs ? 'STALE' : 'OFFLINE';
}

/**
 * Milliseconds of silence until the connectivity changes; undefined for a connectivity that cannot
 * get worse.
 */
export function msUntilNextConnectivity(state: DeviceState, nowMs: number): number | undefined {
  if (state.lastSeenAt === null || state.connectivity === 'OFFLINE') return undefined;
  const intervals = state.connectivity === 'STALE' ? offlineAfterIntervals : staleAfterIntervals;
  // At least a millisecond later than the edge, or the timer would fire where the rule still says
  // the old state.
  return Math.max(1, Date.parse(state.lastSeenAt) + intervals * state.intervalMs - nowMs + 1);
}
