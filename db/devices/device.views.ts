import type { ConnectivityState } from '../../workflows/devices/device.contract.js';
import { findKind } from '../../workflows/devices/measured-kind.contract.js';
import type { MeasuredThing } from '../../workflows/devices/measured-thing.contract.js';
import type { RestartCause } from '../../workflows/devices/sequence.rules.js';
import type { DeviceStatus, DeviceType } from '../../workflows/devices/device-unit.contract.js';
import {
  boolean,
  builtJson,
  float,
  integer,
  orNull,
  text,
  textOf,
  timestamp,
  uuid,
  type Values,
} from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import type { MeasuredKind } from './measured-kind.contract.js';

/** How a device's numbering stands. */
interface DeviceSequence {
  epoch: number;
  restarted_at: string | null;
  restart_cause: RestartCause | null;
  last_seq: number | null;
  aside_count: number;
  given_up_count: number;
}

const deviceRow = {
  device_id: text,
  serial_number: text,
  name: orNull(text),
  device_type: textOf<DeviceType>(),
  firmware_version: orNull(text),
  status: textOf<DeviceStatus>(),
  battery_pct: orNull(float),
  battery_voltage_mv: orNull(float),
  is_charging: orNull(boolean),
  signal_strength_dbm: orNull(float),
  connectivity_state: textOf<ConnectivityState>(),
  interval_seconds: orNull(float),
  last_seen_at: orNull(timestamp),
  last_reading_at: orNull(timestamp),
  attached_at: timestamp,
  sequence: builtJson<DeviceSequence>(),
  etag: text,
  kind: text,
  thing_id: uuid,
};
type DeviceRow = Values<typeof deviceRow>;

/**
 * A device as the attached account sees the device, with the kind's fields of the measured thing.
 */
export type DeviceView = Omit<DeviceRow, 'kind' | 'thing_id'> & Record<string, unknown>;

const select = `
  select d.device_id, d.serial_number, d.name, d.device_type, d.firmware_version, d.status, d.battery_pct, d.battery_voltage_mv,
    d.is_charging, d.signal_strength_dbm, d.connectivity_state, d.interval_ms / 1000.0::float8 as interval_seconds,
    d.last_seen_at, d.last_reading_at, a.attached_at,
    (select json_build_object('epoch', i.epoch, 'restarted_at', to_char(i.epoch_began_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'restart_cause', i.epoch_cause, 'last_seq', upper(i.seqs) - 1, 'given_up_count', i.given_up_count,
      'aside_count', (select count(*) from devices.messages_aside s where s.account_id = a.account_id and s.device_id = a.device_id))
      from devices.device_inboxes i where i.device_id = a.device_id) as sequence,
    format('"%s"', d.version) as etag, a.kind, a.thing_id
  from devices.device_attachments a
  join devices.devices d on d.device_id = a.device_id
  where a.account_id = :accountId and a.detached_at is null`;

const deviceById = query({
  name: 'device.byId',
  parameters: { accountId: uuid, deviceId: text },
  row: deviceRow,
  text: `${select} and a.device_id = :deviceId`,
});
const devicePage = query({
  name: 'device.list',
  parameters: { accountId: uuid, after: orNull(text), limit: integer },
  row: deviceRow,
  text: `${select} and (:after is null or a.device_id > :after) order by a.device_id limit :limit`,
});
const deviceAttachments = query({
  name: 'device.attachments',
  parameters: { accountId: uuid, deviceId: text },
  row: { isOpen: boolean },
  text: `select a.detached_at is null as is_open from devices.device_attachments a
   where a.account_id = :accountId and a.device_id = :deviceId order by a.attachment_no desc limit 1`,
});
const deviceOfThing = query({
  name: 'device.ofThing',
  parameters: { accountId: uuid, kind: text, thingId: uuid },
  row: { deviceId: text },
  text: `select a.device_id from devices.device_attachments a where a.account_id = :accountId
   and a.kind = :kind and a.thing_id = :thingId and a.detached_at is null`,
});

const standingRow = {
  name: orNull(text),
  status: textOf<DeviceStatus>(),
  kind: text,
  thingId: uuid,
};
type DeviceStanding = Values<typeof standingRow>;
const deviceStanding = query({
  name: 'device.standing',
  parameters: { accountId: uuid, deviceId: text },
  row: standingRow,
  text: `select d.name, d.status, a.kind, a.thing_id from devices.device_attachments a
   join devices.devices d on d.device_id = a.device_id
   where a.account_id = :accountId and a.device_id = :deviceId and a.detached_at is null`,
});

/** Two are enough to know that there are several. */
const fewest = 2;

export function deviceViews(scope: ReadScope, kinds: readonly MeasuredKind[]) {
  const attachment = async (deviceId: string) =>
    (await scope.read(deviceAttachments, { accountId: scope.accountId, deviceId }))[0];

  /** A deleted thing has taken the attachment along. */
  async function described(rows: readonly DeviceRow[]): Promise<DeviceView[]> {
    const descriptions = await Promise.all(
      kinds.map(async (kind) => {
        const thingIds = rows.filter((row) => row.kind === kind.kind).map((row) => row.thing_id);
        return thingIds.length > 0 ? [...(await kind.views(scope).describe(thingIds))] : [];
      }),
    );
    const byThing = new Map(descriptions.flat());
    return rows.flatMap(({ kind: _kind, thing_id, ...row }) => {
      const description = byThing.get(thing_id);
      return description ? [{ ...row, ...description.fields }] : [];
    });
  }

  return {
    async byId(deviceId: string): Promise<DeviceView | undefined> {
      const { accountId } = scope;
      const [view] = await described(await scope.read(deviceById, { accountId, deviceId }));
      return view;
    },

    /** By id, from after the given id. */
    page: async (after: string | null, limit: number): Promise<DeviceView[]> =>
      described(await scope.read(devicePage, { accountId: scope.accountId, after, limit })),

    /**
     * Name, maintenance and measured thing of a device; undefined where the device is not attached
     * to the account.
     */
    async standing(deviceId: string): Promise<DeviceStanding | undefined> {
      const { accountId } = scope;
      return (await scope.read(deviceStanding, { accountId, deviceId }))[0];
    },

    isAttached: async (deviceId: string): Promise<boolean> =>
      (await attachment(deviceId))?.isOpen ?? false,

    /** Whether the device is attached to the account, or has been. */
    wasAttached: async (deviceId: string): Promise<boolean> =>
      (await attachment(deviceId)) !== undefined,

    /** The device that measures a thing, null for none; undefined for a missing thing. */
    async measuring({ kind, thingId }: MeasuredThing): Promise<string | null | undefined> {
      const { accountId } = scope;
      const [things, devices] = await Promise.all([
        findKind(kinds, { kind })?.views(scope).describe([thingId]),
        scope.read(deviceOfThing, { accountId, kind, thingId }),
      ]);
      return things?.has(thingId) ? (devices[0]?.deviceId ?? null) : undefined;
    },

    /** The account's only thing that waits for a device; undefined for none and for several. */
    async waiting(): Promise<MeasuredThing | undefined> {
      const waiting = await Promise.all(
        kinds.map(async ({ kind, views }) =>
          (await views(scope).waiting(fewest)).map((thingId) => ({ kind, thingId })),
        ),
      );
      const [only, ...others] = waiting.flat();
      return others.length === 0 ? only : undefined;
    },
  };
}
