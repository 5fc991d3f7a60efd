import type { DropReason } from '../../workflows/water/telemetry.contract.js';
import type { Transaction } from '../shared/database.js';
import { emitEvents } from '../shared/outbox.js';
import { telemetryDropped, telemetryRefused, telemetryRejected } from './device.events.js';

interface Drop {
  dropId: string;
  deviceId: string;
  reason: DropReason;
  count: number;
  firstAt: string;
  lastAt: string;
  accountId: string | null;
}

/** Closes what was counted until now; what comes later is counted in a new row. */
const closeDrops = `
  update water.telemetry_drops t set reported_at = now()
  where t.drop_id in (select o.drop_id from water.telemetry_drops o where o.reported_at is null
    order by o.device_id, o.reason limit ? for update skip locked)
  returning t.drop_id as "dropId", t.device_id as "deviceId", t.reason, t.count, t.first_at as "firstAt", t.last_at as "lastAt",
    (select a.account_id from water.device_attachments a where a.device_id = t.device_id and a.detached_at is null
      and a.attached_at <= t.first_at) as "accountId"`;

/** A device that is not attached was heard of all the same; whoever has it is told nothing from before. */
const markSeen = `
  update water.devices d set last_seen_at = greatest(d.last_seen_at, s.seen_at)
  from unnest(?::text[], ?::timestamptz[]) as s(device_id, seen_at) where d.device_id = s.device_id
    and not exists (select 1 from water.device_attachments a
      where a.device_id = d.device_id and a.detached_at is null and a.attached_at > s.seen_at)`;

/** Tells what was dropped as one event a device and reason; answers how many. As millrace_ingest. */
export async function reportDrops(trx: Transaction, limit: number): Promise<number> {
  const { rows } = await trx.raw<{ rows: Drop[] }>(closeDrops, [limit]);
  if (rows.length === 0) return 0;
  await trx.raw(markSeen, [rows.map((row) => row.deviceId), rows.map((row) => row.lastAt)] as unknown as string[]);
  await emitEvents(trx, rows.map(toEvent));
  return rows.length;
}

function toEvent({ dropId, deviceId, reason, count, firstAt, lastAt, accountId }: Drop) {
  return eventOf(reason).of({
    accountId,
    subjectId: deviceId,
    payload: { device_id: deviceId, reason, count, first_at: firstAt, last_at: lastAt, sample_id: dropId },
  });
}

function eventOf(reason: DropReason) {
  switch (reason) {
    case 'UNREADABLE':
    case 'SEQ_TOO_SPARSE':
      return telemetryRejected;
    case 'BUDGET_EXCEEDED':
    case 'PAYLOAD_TOO_LARGE':
    case 'UNIT_DISABLED':
      return telemetryRefused;
    default:
      return telemetryDropped;
  }
}
