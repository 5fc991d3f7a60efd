import { bigInteger, text, type Values } from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { underWayPageSize } from '../shared/under-way.js';

const deviceUnderWay = {
  deviceId: text,
  acceptedTo: bigInteger,
  signalledTo: bigInteger,
  derivedTo: bigInteger,
};
export type DeviceUnderWay = Values<typeof deviceUnderWay>;

const devicesUnderWay = query({
  name: 'under_way.devices',
  parameters: { afterDeviceId: text },
  row: deviceUnderWay,
  text: `
  select i.device_id, i.accepted_to, i.signalled_to, i.derived_to from devices.device_inboxes i
  where i.device_id > :afterDeviceId and (i.accepted_to > 0 or exists (
    select 1 from devices.device_attachments a
    where a.device_id = i.device_id and a.detached_at is null))
  order by i.device_id limit ${underWayPageSize}`,
});

/**
 * Devices of every account, in the platform's scope: under way by the rows, page by page in key
 * order; none behind the last.
 */
export const deviceUnderWayViews = (scope: ReadScope) => ({
  devices: (after?: DeviceUnderWay): Promise<DeviceUnderWay[]> =>
    scope.read(devicesUnderWay, { afterDeviceId: after?.deviceId ?? '' }),
});
