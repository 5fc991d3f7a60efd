import type { ConnectivityState, DeviceSight } from '../../workflows/devices/device.contract.js';
import { integer, orNull, text, textOf, timestamp } from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';

const sightOfDevice = query({
  name: 'device.sight',
  parameters: { deviceId: text },
  row: {
    connectivity: textOf<ConnectivityState>(),
    lastSeenAt: orNull(timestamp),
    intervalMs: orNull(integer),
  },
  text: `select d.connectivity_state as connectivity, d.last_seen_at, d.interval_ms
   from devices.devices d where d.device_id = :deviceId`,
});

const unknown: DeviceSight = { connectivity: 'NEVER_SEEN', lastSeenAt: null, intervalMs: null };

/** When a device was last heard of, for the device's workflow; as millrace_ingest. */
export const deviceSightViews = (scope: ReadScope) => ({
  async sight(deviceId: string): Promise<DeviceSight> {
    const [sight] = await scope.read(sightOfDevice, { deviceId });
    return sight ?? unknown;
  },
});
