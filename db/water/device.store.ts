import type { ConnectivityState, DeviceSight } from '../../workflows/water/device.contract.js';
import type { DeviceStatus } from '../../workflows/water/device-unit.contract.js';
import type { Transaction } from '../shared/database.js';
import { emitEvents } from '../shared/outbox.js';
import { deviceOffline, deviceOnline, deviceStale } from './device.events.js';

const readSight = `
  select d.connectivity_state as connectivity, d.last_seen_at as "lastSeenAt", d.interval_ms as "intervalMs"
  from water.devices d where d.device_id = ?`;

const readStanding = `
  select d.name, d.status, r.name as "reservoirName" from water.device_attachments a
  join water.devices d on d.device_id = a.device_id
  join water.reservoirs r on r.account_id = a.account_id and r.reservoir_id = a.reservoir_id
  where a.account_id = ? and a.device_id = ? and a.detached_at is null`;

// A device that was paired anew meanwhile has not been heard of, whatever was known of it before.
const changeConnectivity = `
  update water.devices d set connectivity_state = ?
  where d.device_id = ? and d.connectivity_state <> ? and d.last_seen_at is not null
  returning (select a.account_id from water.device_attachments a where a.device_id = d.device_id and a.detached_at is null) as "accountId"`;

/** What each change is told as; a device that was heard of cannot become one that never was. */
const told = { ONLINE: deviceOnline, STALE: deviceStale, OFFLINE: deviceOffline, NEVER_SEEN: undefined };
const unknown: DeviceSight = { connectivity: 'NEVER_SEEN', lastSeenAt: null, intervalMs: null };

/** What an account calls its device and whether it is in maintenance; undefined where it is not attached to it. */
export async function readDeviceStanding(
  trx: Transaction,
  accountId: string,
  deviceId: string,
): Promise<{ name: string | null; status: DeviceStatus; reservoirName: string } | undefined> {
  const { rows } = await trx.raw<{ rows: { name: string | null; status: DeviceStatus; reservoirName: string }[] }>(
    readStanding,
    [accountId, deviceId],
  );
  return rows[0];
}

/** What a device's workflow reads and writes of it, as millrace_ingest. */
export function createDeviceStore(trx: Transaction) {
  return {
    async sight(deviceId: string): Promise<DeviceSight> {
      const { rows } = await trx.raw<{ rows: DeviceSight[] }>(readSight, [deviceId]);
      return rows[0] ?? unknown;
    },

    /** Only a change is told. */
    async recordConnectivity(deviceId: string, state: ConnectivityState): Promise<void> {
      const values = [state, deviceId, state];
      const { rows } = await trx.raw<{ rows: { accountId: string | null }[] }>(changeConnectivity, values);
      const definition = told[state];
      const [changed] = rows;
      if (!changed || !definition) return;
      await emitEvents(trx, [
        definition.of({ accountId: changed.accountId, subjectId: deviceId, payload: { device_id: deviceId } }),
      ]);
    },
  };
}
