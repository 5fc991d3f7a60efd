import type { ConnectivityState } from '../../workflows/water/device.contract.js';
import type { DeviceStatus, DeviceType } from '../../workflows/water/device-unit.contract.js';
import { statement, type Reader } from '../shared/database.js';

export interface OverseenDeviceRow {
  device_id: string;
  serial_number: string;
  connectivity_state: ConnectivityState;
  last_seen_at: string | null;
  account_id: string | null;
  reservoir_id: string | null;
}
export interface DeviceDropRow {
  drop_id: string;
  reason: string;
  count: number;
  first_at: string;
  last_at: string;
  sample_base64: string | null;
}
/** All that there is of a unit of the inventory; null for what it has not come to. */
export interface DeviceOverviewRow {
  device_id: string;
  inventory_unit: { serial_number: string; provisioning_status: string; assigned_to: string | null };
  operational_device: {
    device_type: DeviceType;
    firmware_version: string | null;
    status: DeviceStatus;
    connectivity_state: ConnectivityState;
    battery_pct: number | null;
    signal_strength_dbm: number | null;
    last_seen_at: string | null;
    last_reading_at: string | null;
  } | null;
  attachment: { account_id: string; reservoir_id: string; attached_at: string } | null;
  access: {
    connected_at: string | null;
    connected_from: string | null;
    refused_at: string | null;
    refused_from: string | null;
    refusal_reason: string | null;
    refused_count: number;
  } | null;
  drops: DeviceDropRow[];
}

/** The last ones are enough to know what goes wrong. */
export const mostDrops = 20;
/** As answers have it, inside of JSON. */
const at = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const list = statement(
  'deviceOversight.list',
  `select d.device_id, d.serial_number, d.connectivity_state, d.last_seen_at, a.account_id, a.reservoir_id
   from water.devices d
   left join water.device_attachments a on a.device_id = d.device_id and a.detached_at is null
   where ($1::text is null or d.connectivity_state = $1) and ($2::uuid is null or a.account_id = $2)
     and ($3::text is null or d.device_id > $3) order by d.device_id limit $4`,
);
const overview = statement(
  'deviceOversight.overview',
  `select u.device_id,
     json_build_object('serial_number', u.serial_number, 'provisioning_status', u.provisioning_status,
       'assigned_to', u.assigned_to) as inventory_unit,
     (select json_build_object('device_type', d.device_type, 'firmware_version', d.firmware_version, 'status', d.status,
       'connectivity_state', d.connectivity_state, 'battery_pct', d.battery_pct, 'signal_strength_dbm', d.signal_strength_dbm,
       'last_seen_at', ${at('d.last_seen_at')}, 'last_reading_at', ${at('d.last_reading_at')})
      from water.devices d where d.device_id = u.device_id) as operational_device,
     (select json_build_object('account_id', a.account_id, 'reservoir_id', a.reservoir_id, 'attached_at', ${at('a.attached_at')})
      from water.device_attachments a where a.device_id = u.device_id and a.detached_at is null) as attachment,
     (select json_build_object('connected_at', ${at('c.connected_at')}, 'connected_from', c.connected_from,
       'refused_at', ${at('c.refused_at')}, 'refused_from', c.refused_from, 'refusal_reason', c.refusal_reason,
       'refused_count', c.refused_count)
      from water.device_access c where c.device_id = u.device_id) as access,
     (select coalesce(json_agg(json_build_object('drop_id', t.drop_id, 'reason', t.reason, 'count', t.count,
       'first_at', ${at('t.first_at')}, 'last_at', ${at('t.last_at')}, 'sample_base64', encode(t.sample_bytes, 'base64'))
       order by t.last_at desc), '[]')
      from (select * from water.telemetry_drops o where o.device_id = u.device_id
        order by o.last_at desc limit ${mostDrops}) t) as drops
   from water.device_units u where u.device_id = $1`,
);

/** The platform's sight of every device, registered and attached or not; as millrace_app in the context of no account. */
export const createDeviceOversightViews = (read: Reader) => ({
  /** In the order of their ids, from after one. */
  list: (
    { connectivity, accountId }: { connectivity: ConnectivityState | null; accountId: string | null },
    after: string | null,
    limit: number,
  ) => read.inPlatform<OverseenDeviceRow>(list, [connectivity, accountId, after, limit]),
  async overview(deviceId: string): Promise<DeviceOverviewRow | undefined> {
    return (await read.inPlatform<DeviceOverviewRow>(overview, [deviceId]))[0];
  },
});
