import type { ConnectivityState } from '../../workflows/water/device.contract.js';
import type { RestartCause } from '../../workflows/water/sequence.rules.js';
import type { DeviceStatus, DeviceType } from '../../workflows/water/device-unit.contract.js';
import { statement, type Reader } from '../shared/database.js';

/** A device as the account sees it that it is attached to. */
export interface DeviceView {
  device_id: string;
  serial_number: string;
  name: string | null;
  device_type: DeviceType;
  firmware_version: string | null;
  status: DeviceStatus;
  battery_pct: number | null;
  battery_voltage_mv: number | null;
  is_charging: boolean | null;
  signal_strength_dbm: number | null;
  connectivity_state: ConnectivityState;
  interval_seconds: number | null;
  last_seen_at: string | null;
  last_reading_at: string | null;
  attached_at: string;
  sequence: DeviceSequence;
  reservoir: { reservoir_id: string; name: string };
  site: { site_id: string; name: string };
  etag: string;
}

/** How a device's numbering stands. */
export interface DeviceSequence {
  epoch: number;
  restarted_at: string | null;
  restart_cause: RestartCause | null;
  last_seq: number | null;
  aside_count: number;
  given_up_count: number;
}

const select = `
  select d.device_id, d.serial_number, d.name, d.device_type, d.firmware_version, d.status, d.battery_pct, d.battery_voltage_mv,
    d.is_charging, d.signal_strength_dbm, d.connectivity_state, d.interval_ms / 1000.0::float8 as interval_seconds,
    d.last_seen_at, d.last_reading_at, a.attached_at,
    (select json_build_object('epoch', i.epoch, 'restarted_at', to_char(i.epoch_began_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'restart_cause', i.epoch_cause, 'last_seq', upper(i.seqs) - 1, 'given_up_count', i.given_up_count,
      'aside_count', (select count(*) from water.messages_aside s where s.account_id = a.account_id and s.device_id = a.device_id))
      from water.device_inboxes i where i.device_id = a.device_id) as sequence,
    json_build_object('reservoir_id', r.reservoir_id, 'name', r.name) as reservoir,
    json_build_object('site_id', s.site_id, 'name', s.name) as site, format('"%s"', d.version) as etag
  from water.device_attachments a
  join water.devices d on d.device_id = a.device_id
  join water.reservoirs r on r.account_id = a.account_id and r.reservoir_id = a.reservoir_id
  join water.sites s on s.account_id = r.account_id and s.site_id = r.site_id
  where a.account_id = $1 and a.detached_at is null`;

const byId = statement('device.byId', `${select} and a.device_id = $2`);
const list = statement(
  'device.list',
  `${select} and ($2::text is null or a.device_id > $2) order by a.device_id limit $3`,
);
const attached = statement(
  'device.attached',
  'select 1 from water.device_attachments a where a.account_id = $1 and a.device_id = $2 limit 1',
);

/** Two are enough to know that there is not only one. */
const waitingReservoirs = statement(
  'device.waitingReservoirs',
  `select r.reservoir_id from water.reservoirs r
   where r.account_id = $1 and r.monitoring_mode = 'DEVICE' and not exists (
     select 1 from water.device_attachments a
     where a.account_id = r.account_id and a.reservoir_id = r.reservoir_id and a.detached_at is null)
   limit 2`,
);

export function createDeviceViews(read: Reader) {
  return {
    async byId(accountId: string, deviceId: string): Promise<DeviceView | undefined> {
      return (await read.inAccount<DeviceView>(accountId, byId, [accountId, deviceId]))[0];
    },
    /** Whether it is attached to the account, or has been. */
    async wasAttached(accountId: string, deviceId: string): Promise<boolean> {
      return (await read.inAccount(accountId, attached, [accountId, deviceId])).length > 0;
    },
    /** The account's only reservoir that is to be measured by a device and has none; undefined for none and for several. */
    async waitingReservoir(accountId: string): Promise<string | undefined> {
      const rows = await read.inAccount<{ reservoir_id: string }>(accountId, waitingReservoirs, [accountId]);
      return rows.length === 1 ? rows[0]?.reservoir_id : undefined;
    },
    /** In the order of their ids, from after one. */
    list: (accountId: string, after: string | null, limit: number): Promise<DeviceView[]> =>
      read.inAccount<DeviceView>(accountId, list, [accountId, after, limit]),
  };
}
