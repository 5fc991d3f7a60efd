import type { ConnectivityState } from '../../workflows/devices/device.contract.js';
import type { DeviceStatus, DeviceType } from '../../workflows/devices/device-unit.contract.js';
import {
  builtJson,
  integer,
  listOf,
  orNull,
  text,
  textOf,
  timestamp,
  uuid,
  type Values,
} from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';

const ownFields = {
  device_id: text,
  serial_number: text,
  connectivity_state: textOf<ConnectivityState>(),
  last_seen_at: orNull(timestamp),
};
const attachmentFields = { account_id: orNull(uuid), kind: orNull(text), thing_id: orNull(uuid) };
const overseenDevice = { ...ownFields, ...attachmentFields };
/** Account and measured thing are null for a device without an account. */
export type OverseenDeviceRow = Values<typeof overseenDevice>;

interface DeviceDropRow {
  drop_id: string;
  reason: string;
  count: number;
  first_at: string;
  last_at: string;
  sample_base64: string | null;
}
const overviewRow = {
  device_id: text,
  inventory_unit: builtJson<{
    serial_number: string;
    provisioning_status: string;
    assigned_to: string | null;
  }>(),
  operational_device:
    orNull(
      builtJson<{
        device_type: DeviceType;
        firmware_version: string | null;
        status: DeviceStatus;
        connectivity_state: ConnectivityState;
        battery_pct: number | null;
        signal_strength_dbm: number | null;
        last_seen_at: string | null;
        last_reading_at: string | null;
      }>(),
    ),
  attachment:
    orNull(
      builtJson<{ account_id: string; kind: string; thing_id: string; attached_at: string }>(),
    ),
  access:
    orNull(
      builtJson<{
        connected_at: string | null;
        connected_from: string | null;
        refused_at: string | null;
        refused_from: string | null;
        refusal_reason: string | null;
        refused_count: number;
      }>(),
    ),
  drops: builtJson<DeviceDropRow[]>(),
};
/** Everything known of a unit of the inventory; null for stages not reached. */
export type DeviceOverviewRow = Values<typeof overviewRow>;

/** The last drops are enough to know the fault. */
export const mostDrops = 20;
/** A time as in answers, inside of JSON. */
const answeredTime = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

interface DeviceFilter {
  connectivity: ConnectivityState | null;
  accountId: string | null;
}

const overseenPage = query({
  name: 'deviceOversight.list',
  parameters: {
    connectivity: orNull(textOf<ConnectivityState>()),
    accountId: orNull(uuid),
    after: orNull(text),
    limit: integer,
  },
  row: overseenDevice,
  text: `select ${listOf(ownFields, 'd')}, ${listOf(attachmentFields, 'a')}
   from devices.devices d
   left join devices.device_attachments a on a.device_id = d.device_id and a.detached_at is null
   where (:connectivity is null or d.connectivity_state = :connectivity) and (:accountId is null or a.account_id = :accountId)
     and (:after is null or d.device_id > :after) order by d.device_id limit :limit`,
});

const overview = query({
  name: 'deviceOversight.overview',
  parameters: { deviceId: text },
  row: overviewRow,
  text: `select u.device_id,
     json_build_object('serial_number', u.serial_number, 'provisioning_status', u.provisioning_status,
       'assigned_to', u.assigned_to) as inventory_unit,
     (select json_build_object('device_type', d.device_type, 'firmware_version', d.firmware_version, 'status', d.status,
       'connectivity_state', d.connectivity_state, 'battery_pct', d.battery_pct, 'signal_strength_dbm', d.signal_strength_dbm,
       'last_seen_at', ${answeredTime('d.last_seen_at')}, 'last_reading_at', ${answeredTime('d.last_reading_at')})
      from devices.devices d where d.device_id = u.device_id) as operational_device,
     (select json_build_object('account_id', a.account_id, 'kind', a.kind, 'thing_id', a.thing_id, 'attached_at', ${answeredTime('a.attached_at')})
      from devices.device_attachments a where a.device_id = u.device_id and a.detached_at is null) as attachment,
     (select json_build_object('connected_at', ${answeredTime('c.connected_at')}, 'connected_from', c.connected_from,
       'refused_at', ${answeredTime('c.refused_at')}, 'refused_from', c.refused_from, 'refusal_reason', c.refusal_reason,
       'refused_count', c.refused_count)
      from devices.device_access c where c.device_id = u.device_id) as access,
     (select coalesce(json_agg(json_build_object('drop_id', t.drop_id, 'reason', t.reason, 'count', t.count,
       'first_at', ${answeredTime('t.first_at')}, 'last_at', ${answeredTime('t.last_at')}, 'sample_base64', encode(t.sample_bytes, 'base64'))
       order by t.last_at desc), '[]')
      from (select * from devices.telemetry_drops o where o.device_id = u.device_id
        order by o.last_at desc limit ${mostDrops}) t) as drops
   from devices.device_units u where u.device_id = :deviceId`,
});

/**
 * The platform's sight of every device, registered and attached or not; as millrace_app in the
 * context of no account.
 */
export const deviceOversightViews = (scope: ReadScope) => ({
  /** By id, from after the given id. */
  page: (
    { connectivity, accountId }: DeviceFilter,
    after: string | null,
    limit: number,
  ): Promise<OverseenDeviceRow[]> =>
    scope.read(overseenPage, { connectivity, accountId, after, limit }),
  async overview(deviceId: string): Promise<DeviceOverviewRow | undefined> {
    const [unit] = await scope.read(overview, { deviceId });
    return unit;
  },
});
