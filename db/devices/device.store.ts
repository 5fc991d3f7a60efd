import type { ConnectivityState } from '../../workflows/devices/device.contract.js';
import { orNull, text, textOf, uuid } from '../connection/column.js';
import type { WriteScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { emitEvents } from '../shared/outbox.js';
import { deviceOffline, deviceOnline, deviceStale } from './device.events.js';

// A device paired anew meanwhile has not been heard of, whatever the state before the pairing.
const changeConnectivity = query({
  name: 'device.changeConnectivity',
  parameters: { deviceId: text, state: textOf<ConnectivityState>() },
  row: { accountId: orNull(uuid) },
  text: `update devices.devices d set connectivity_state = :state
   where d.device_id = :deviceId and d.connectivity_state <> :state and d.last_seen_at is not null
   returning (select a.account_id from devices.device_attachments a
     where a.device_id = d.device_id and a.detached_at is null) as account_id`,
});

/** The event of each change; a device once heard of cannot return to NEVER_SEEN. */
const eventOfState = {
  ONLINE: deviceOnline,
  STALE: deviceStale,
  OFFLINE: deviceOffline,
  NEVER_SEEN: undefined,
};
/** A device for the device's workflow to write, as millrace_ingest. */
export const deviceStore = (scope: WriteScope) => ({
  /** Only a change is told. */
  async recordConnectivity(deviceId: string, state: ConnectivityState): Promise<void> {
    const [changed] = await scope.run(changeConnectivity, { deviceId, state });
    const event = eventOfState[state];
    if (!changed || !event) return;
    const { accountId } = changed;
    await emitEvents(scope, [
      event.of({ accountId, subjectId: deviceId, payload: { device_id: deviceId } }),
    ]);
  },
});
