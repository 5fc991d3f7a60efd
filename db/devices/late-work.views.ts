import { integer, text } from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';

// A busy device is a little behind at any moment; a stuck device waits ever more.
const lateDevices = query({
  name: 'lateWork.devices',
  parameters: { limit: integer },
  row: { deviceId: text },
  text: `select i.device_id from devices.device_inboxes i where i.derived_to < i.signalled_to
   order by i.signalled_to - i.derived_to desc limit :limit`,
});

/** Devices of every account, in the platform's scope, with signalled messages not yet derived. */
export const lateDeviceViews = (scope: ReadScope) => ({
  async ids(limit: number): Promise<string[]> {
    const devices = await scope.read(lateDevices, { limit });
    return devices.map(({ deviceId }) => deviceId);
  },
});
