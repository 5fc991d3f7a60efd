import { arrayOf, bigInteger, boolean, integer, text } from '../connection/column.js';
import type { StatementScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import type { AcceptedDevice } from './telemetry.inbox.js';

const markSignalled = query({
  name: 'telemetry.signalled',
  parameters: { deviceIds: arrayOf(text), acceptedTo: arrayOf(bigInteger) },
  text: `with locked as (select d.device_id from devices.device_inboxes d where d.device_id = any(:deviceIds) order by 1 for update)
   update devices.device_inboxes d set signalled_to = greatest(d.signalled_to, s.accepted_to)
   from unnest(:deviceIds, :acceptedTo) as s(device_id, accepted_to), locked l
   where d.device_id = s.device_id and l.device_id = s.device_id`,
});

const unsignalledDevices = query({
  name: 'telemetry.unsignalled',
  parameters: { limit: integer },
  row: { deviceId: text, acceptedTo: bigInteger, isUrgent: boolean },
  text: `select d.device_id, d.accepted_to, false as is_urgent from devices.device_inboxes d
   where d.accepted_to > d.signalled_to order by d.device_id limit :limit`,
});

/** How far each device's workflow has been told; as millrace_ingest. */
export const signalCursorStore = (scope: StatementScope) => ({
  async markSignalled(devices: readonly AcceptedDevice[]): Promise<void> {
    const latest = new Map(devices.map(({ deviceId, acceptedTo }) => [deviceId, acceptedTo]));
    await scope.run(markSignalled, {
      deviceIds: [...latest.keys()],
      acceptedTo: [...latest.values()],
    });
  },

  unsignalled: (limit: number): Promise<AcceptedDevice[]> =>
    scope.read(unsignalledDevices, { limit }),
});
