import type { DropReason } from '../../workflows/devices/telemetry.contract.js';
import {
  arrayOf,
  bigInteger,
  integer,
  listOf,
  orNull,
  text,
  textOf,
  timestamp,
  uuid,
  type Values,
} from '../connection/column.js';
import type { WriteScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { emitEvents } from '../shared/outbox.js';
import { telemetryDropped, telemetryRefused, telemetryRejected } from './device.events.js';

const reportedDrop = {
  dropId: uuid,
  deviceId: text,
  reason: textOf<DropReason>(),
  count: bigInteger,
  firstAt: timestamp,
  lastAt: timestamp,
  accountId: orNull(uuid),
};
type ReportedDrop = Values<typeof reportedDrop>;

/** Days that a drop can be looked at. */
const keptDays = 30;
/** A device repeats a message after a lost PUBACK; more repeats in a minute are reported. */
const mostRepeats = 2;

/**
 * Closes the counts until now; later drops are counted in a new row. Repeats are counted for a
 * minute.
 */
const closeDrops = query({
  name: 'drops.close',
  parameters: { limit: integer },
  row: reportedDrop,
  text: `update devices.telemetry_drops t set reported_at = now()
   where t.drop_id in (select o.drop_id from devices.telemetry_drops o where o.reported_at is null
       and (o.reason <> 'DUPLICATE' or o.first_at < now() - interval '1 minute')
     order by o.device_id, o.reason limit :limit for update skip locked)
   returning ${listOf(reportedDrop, 't')}`,
});

/**
 * A device that is not attached was heard of all the same; the next account sees nothing from
 * before.
 */
const markSeen = query({
  name: 'drops.seen',
  parameters: {
    deviceIds: arrayOf(text),
    seenTimes: arrayOf(timestamp),
    accountIds: arrayOf(orNull(uuid)),
  },
  text: `update devices.devices d set last_seen_at = greatest(d.last_seen_at, s.seen_at)
   from unnest(:deviceIds, :seenTimes, :accountIds) as s(device_id, seen_at, account_id) where d.device_id = s.device_id
     and not exists (select 1 from devices.device_attachments a
       where a.device_id = d.device_id and a.detached_at is null and a.account_id is distinct from s.account_id)`,
});

const forgetDrops = query({
  name: 'drops.forget',
  text: `delete from devices.telemetry_drops t where t.drop_id in (select o.drop_id from devices.telemetry_drops o
   where o.reported_at < now() - interval '${keptDays} days' order by o.reported_at limit 1000)`,
});

/** As millrace_ingest. */
export const telemetryDropStore = (scope: WriteScope) => ({
  /** Reports the drops as one event a device and reason; answers the drops. */
  async report(limit: number): Promise<ReportedDrop[]> {
    const drops = await scope.run(closeDrops, { limit });
    if (drops.length === 0) return drops;
    await scope.run(markSeen, {
      deviceIds: drops.map(({ deviceId }) => deviceId),
      seenTimes: drops.map(({ lastAt }) => lastAt),
      accountIds: drops.map(({ accountId }) => accountId),
    });
    const told = drops.filter(({ reason, count }) => reason !== 'DUPLICATE' || count > mostRepeats);
    await emitEvents(scope, told.map(toEvent));
    return drops;
  },

  /** Removes drops older than the kept days. */
  async forgetOld(): Promise<void> {
    await scope.run(forgetDrops, {});
  },
});

function toEvent({ dropId, deviceId, reason, count, firstAt, lastAt, accountId }: ReportedDrop) {
  return eventOf(reason).of({
    accountId,
    subjectId: deviceId,
    payload: {
      device_id: deviceId,
      reason,
      count,
      first_at: firstAt,
      last_at: lastAt,
      sample_id: dropId,
    },
  });
}

function eventOf(reason: DropReason) {
  switch (reason) {
    case 'BUDGET_EXCEEDED':
    case 'PAYLOAD_TOO_LARGE':
    case 'UNIT_DISABLED':
      return telemetryRefused;
    case 'MISSING_SEQ':
    case 'UNREGISTERED_DEVICE':
    case 'UNATTACHED':
      return telemetryDropped;
    default:
      return telemetryRejected;
  }
}
