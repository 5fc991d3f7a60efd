import { integer, text } from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';

const devicesWithAside = query({
  name: 'aside.devices',
  parameters: { limit: integer },
  row: { deviceId: text },
  text: 'select distinct s.device_id from devices.messages_aside s limit :limit',
});

/** As millrace_ingest. */
export const telemetryAsideViews = (scope: ReadScope) => ({
  /** Ids of devices with messages aside. */
  async devices(limit: number): Promise<string[]> {
    return (await scope.read(devicesWithAside, { limit })).map(({ deviceId }) => deviceId);
  },
});
