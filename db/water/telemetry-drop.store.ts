import type { DropReason } from '../../workflows/water/telemetry.contract.js';
import type { Transaction } from '../shared/database.js';
import { emitEvents } from '../shared/outbox.js';
import { telemetryDropped, telemetryRefused, telemetryRejected } from './device.events.js';

export interface ReportedDrop {
  dropId: string;
  deviceId: string;
  reason: DropReason;
  count: number;
  firstAt: string;
  lastAt: string;
  accountId: string | null;
}

/** What is dropped can be looked at for so long. */
const keptDays = 30;
/** A repeat is what a device does when it heard no PUBACK; more of them in a minute are told. */
const mostRepeats = 2;

/** Closes what was counted until now; what comes later is counted in a new row. Repeats are counted for a minute. */
const closeDrops = `
  update water.telemetry_drops t set reported_at = now()
  where t.drop_id in (select o.drop_id from water.telemetry_drops o where o.reported_at is null
      and (o.reason <> 'DUPLICATE' or o.first_at < now() - interval '1 minute')
    order by o.device_id, o.reason limit ? for update skip locked)
  returning t.drop_id as "dropId", t.device_id as "deviceId", t.reason, t.count, t.first_at as "firstAt", t.last_at as "lastAt",
    t.account_id as "accountId"`;

/** A device that is not attached was heard of all the same; whoever has it is told nothing from before. */
const markSeen = `
  update water.devices d set last_seen_at = greatest(d.last_seen_at, s.seen_at)
  from unnest(?::text[], ?::timestamptz[], ?::uuid[]) as s(device_id, seen_at, account_id) where d.device_id = s.device_id
    and not exists (select 1 from water.device_attachments a
      where a.device_id = d.device_id and a.detached_at is null and a.account_id is distinct from s.account_id)`;

const forgetDrops = `
  delete from water.telemetry_drops t where t.drop_id in (select o.drop_id from water.telemetry_drops o
    where o.reported_at < now() - interval '${keptDays} days' order by o.reported_at limit 1000)`;

/** Tells what was dropped as one event a device and reason; answers it. As millrace_ingest. */
export async function reportDrops(trx: Transaction, limit: number): Promise<ReportedDrop[]> {
  const { rows } = await trx.raw<{ rows: ReportedDrop[] }>(closeDrops, [limit]);
  if (rows.length === 0) return rows;
  const seen = [rows.map((row) => row.deviceId), rows.map((row) => row.lastAt), rows.map((row) => row.accountId)];
  await trx.raw(markSeen, seen as unknown as string[]);
  const told = rows.filter(({ reason, count }) => reason !== 'DUPLICATE' || count > mostRepeats);
  await emitEvents(trx, told.map(toEvent));
  return rows;
}

/** Removes what nobody looks at any more. As millrace_ingest. */
export async function forgetOldDrops(trx: Transaction): Promise<void> {
  await trx.raw(forgetDrops);
}

function toEvent({ dropId, deviceId, reason, count, firstAt, lastAt, accountId }: ReportedDrop) {
  return eventOf(reason).of({
    accountId,
    subjectId: deviceId,
    payload: { device_id: deviceId, reason, count, first_at: firstAt, last_at: lastAt, sample_id: dropId },
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
