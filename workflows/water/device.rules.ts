import type { ConnectivityState, DeviceInput, DeviceState } from './device.contract.js';

/** A run is continued as new after so many signals (10,000 a run is the server's limit, and it does not suggest it for them). */
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
    reservoirId: null,
  };

/** What a device's silence means at a moment; null lastSeenAt is never seen. */
export function connectivityAt({ lastSeenAt, intervalMs }: DeviceState, nowMs: number): ConnectivityState {
  if (lastSeenAt === null) return 'NEVER_SEEN';
  const silentMs = nowMs - Date.parse(lastSeenAt);
  if (silentMs < staleAfterIntervals * intervalMs) return 'ONLINE';
  return silentMs < offlineAfterIntervals * intervalMs ? 'STALE' : 'OFFLINE';
}

/** Milliseconds until silence would mean something else; undefined when it cannot get worse. */
export function msUntilNextConnectivity(state: DeviceState, nowMs: number): number | undefined {
  if (state.lastSeenAt === null || state.connectivity === 'OFFLINE') return undefined;
  const intervals = state.connectivity === 'STALE' ? offlineAfterIntervals : staleAfterIntervals;
  // At least a millisecond later than the edge, or the timer would fire where the rule still says the old state.
  return Math.max(1, Date.parse(state.lastSeenAt) + intervals * state.intervalMs - nowMs + 1);
}
