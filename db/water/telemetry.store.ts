import type { DerivedBatch } from '../../workflows/water/device.contract.js';
import {
  bootId,
  merged,
  noVitals,
  rawDistancesMm,
  vitals,
  type TelemetrySections,
} from '../../workflows/water/payload.rules.js';
import { quietBand, type QuietBand } from '../../workflows/water/quiet-band.rules.js';
import { defaultMarginPct, deriveReading, type ReadingDiagnostic } from '../../workflows/water/reading.rules.js';
import { statement, type Transaction } from '../shared/database.js';
import type { NewEvent } from '../shared/event.js';
import { runHot } from '../shared/hot.js';
import { emitEvents } from '../shared/outbox.js';
import { deviceOnline, telemetryRejected } from './device.events.js';
import { createDeviceStore } from './device.store.js';
import { findMeasuredReservoir, recordReadings, type MeasuredReservoir, type NewReading } from './level.store.js';

const batchSize = 500;

interface InboxMessage extends TelemetrySections {
  acceptedNo: number;
  messageId: string;
  accountId: string;
  /** What the device measured when the message came; null when it has been detached since without a trace. */
  reservoirId: string | null;
  turnNo: number | null;
  epoch: number;
  seq: number;
  receivedAt: string;
  observedAt: string | null;
}

const lockInbox = statement(
  'inboxes.lock',
  `select d.derived_to as "derivedTo", d.derived_epoch as "epoch", d.derived_seq as "seq"
   from water.device_inboxes d where d.device_id = ? for update`,
);

const nextMessages = statement(
  'telemetry.next',
  `
  select m.accepted_no as "acceptedNo", m.message_id as "messageId", m.account_id as "accountId", m.epoch, m.seq,
    m.received_at as "receivedAt", m.observed_at as "observedAt",
    m.payload #> '{sensors,ultrasonic}' as ultrasonic, m.payload -> 'power' as power,
    m.payload -> 'network' as network, m.payload -> 'system' as system,
    t.reservoir_id as "reservoirId", t.turn_no as "turnNo"
  from water.device_telemetry_messages m
  left join lateral (select a.reservoir_id, a.turn_no from water.device_attachments a
    where a.account_id = m.account_id and a.device_id = m.device_id and a.after_no < m.accepted_no
    order by a.attachment_no desc limit 1) t on true
  where m.device_id = ? and m.accepted_no > ? order by m.accepted_no limit ?`,
);

/**
 * Answers what the device was before, so that coming online is told once. Messages from before the present attachment move
 * the inbox and nothing that is shown of the device.
 */
const moveOn = statement(
  'devices.move_on',
  `
  with before as (select d.connectivity_state, coalesce((d.last_epoch, d.last_seq) >= (:epoch::int, :seq::bigint), false) as knows_newer
    from water.devices d where d.device_id = :deviceId
    and exists (select 1 from water.device_attachments a where a.device_id = d.device_id and a.detached_at is null
      and a.account_id = :accountId and a.after_no < :acceptedNo::bigint) for update of d),
  inbox as (update water.device_inboxes i set derived_to = :acceptedNo,
    derived_epoch = case when (i.derived_epoch, i.derived_seq) > (:epoch::int, :seq::bigint) then i.derived_epoch else :epoch::int end,
    derived_seq = case when (i.derived_epoch, i.derived_seq) > (:epoch::int, :seq::bigint) then i.derived_seq else :seq::bigint end,
    quiet_from_mm = coalesce(:quietFromMm::float8, i.quiet_from_mm),
    quiet_to_mm = coalesce(:quietToMm::float8, i.quiet_to_mm),
    boot_id = case when i.epoch = :epoch::int and upper(i.seqs) - 1 = :seq::bigint then coalesce(:bootId::text, i.boot_id) else i.boot_id end
    where i.device_id = :deviceId)
  update water.devices d set
    last_epoch = case when b.knows_newer then d.last_epoch else :epoch::int end,
    last_seq = case when b.knows_newer then d.last_seq else :seq::bigint end,
    battery_pct = case when b.knows_newer then d.battery_pct else coalesce(:batteryPct, d.battery_pct) end,
    battery_voltage_mv = case when b.knows_newer then d.battery_voltage_mv else coalesce(:batteryVoltageMv, d.battery_voltage_mv) end,
    is_charging = case when b.knows_newer then d.is_charging else coalesce(:isCharging, d.is_charging) end,
    signal_strength_dbm = case when b.knows_newer then d.signal_strength_dbm else coalesce(:signalStrengthDbm, d.signal_strength_dbm) end,
    firmware_version = case when b.knows_newer then d.firmware_version else coalesce(:firmwareVersion, d.firmware_version) end,
    last_seen_at = greatest(d.last_seen_at, :seenAt), last_reading_at = greatest(d.last_reading_at, :lastReadingAt::timestamptz),
    connectivity_state = 'ONLINE'
  from before b where d.device_id = :deviceId
  returning b.connectivity_state as "was", d.last_seen_at as "lastSeenAt", d.interval_ms as "intervalMs"`,
);

/**
 * Derives the next messages of a device, oldest first: readings and levels, what the device says of itself, the events,
 * and the cursor behind them. All in the caller's transaction, so each message is derived exactly once. As millrace_ingest.
 */
export async function deriveTelemetry(
  trx: Transaction,
  deviceId: string,
  marginPct = defaultMarginPct,
): Promise<DerivedBatch> {
  const [inbox] = await runHot<DerivedInbox>(trx, lockInbox, [deviceId]);
  const derivedTo = inbox?.derivedTo ?? 0;
  const rows = await runHot<InboxMessage>(trx, nextMessages, [deviceId, derivedTo, batchSize + 1]);
  const messages = rows.slice(0, batchSize);
  const [last] = messages.slice(-1);
  // Also when the answer of an attempt that had derived them was lost.
  if (!last) return { derivedTo, hasMore: false, ...(await createDeviceStore(trx).sight(deviceId)) };

  const { lastReadingAt, quiet, rejected } = await deriveReadings(
    trx,
    { deviceId, marginPct, newest: inbox },
    messages,
  );
  const device = await updateDevice(trx, deviceId, { messages, last, lastReadingAt, quiet });
  const cameOnline = !device || device.was === 'ONLINE' ? [] : [online(deviceId, last.accountId)];
  await emitEvents(trx, [...cameOnline, ...rejected]);
  const sight = device
    ? { connectivity: 'ONLINE' as const, lastSeenAt: device.lastSeenAt, intervalMs: device.intervalMs }
    : await createDeviceStore(trx).sight(deviceId);
  return { derivedTo: last.acceptedNo, hasMore: rows.length > batchSize, ...sight };
}

interface DerivedInbox {
  derivedTo: number;
  epoch: number | null;
  seq: number | null;
}

interface Sensor {
  deviceId: string;
  /** The newest message that was derived before. */
  newest: DerivedInbox | undefined;
  /** How far beyond its calibrated span a distance may be, in percent of the span. */
  marginPct: number;
}

async function deriveReadings(trx: Transaction, sensor: Sensor, messages: readonly InboxMessage[]) {
  let lastReadingAt: string | null = null;
  let quiet: QuietBand | undefined;
  const rejected: NewEvent[] = [];
  for (const [reservoirId, part] of grouped(messages)) {
    const [first] = part;
    if (!first) continue;
    const reservoir = await findMeasuredReservoir(trx, first.accountId, reservoirId);
    if (!reservoir) continue;
    const { readings, diagnostics } = derive(sensor, reservoir, part);
    const { levelState } = await recordReadings(trx, reservoir, readings);
    if (levelState) quiet = quietBand(reservoir.tank, reservoir.thresholds, levelState);
    if (first.accountId === messages.at(-1)?.accountId) lastReadingAt = readings.at(-1)?.recordedAt ?? lastReadingAt;
    for (const [reason, refused] of diagnostics) rejected.push(rejection(sensor.deviceId, reason, refused));
  }
  return { lastReadingAt, quiet, rejected };
}

function derive(
  { deviceId, marginPct, newest }: Sensor,
  reservoir: MeasuredReservoir,
  messages: readonly InboxMessage[],
) {
  const readings: NewReading[] = [];
  const diagnostics = new Map<ReadingDiagnostic, InboxMessage[]>();
  for (const message of messages) {
    const distances = rawDistancesMm(message);
    if (!distances) continue;
    const derived = deriveReading(reservoir.tank, distances, marginPct);
    if (typeof derived === 'string') {
      diagnostics.set(derived, [...(diagnostics.get(derived) ?? []), message]);
      continue;
    }
    readings.push({
      ...derived,
      recordedAt: message.receivedAt,
      observedAt: message.observedAt,
      source: 'DEVICE',
      deviceId,
      deviceTurnNo: message.turnNo,
      deviceEpoch: message.epoch,
      deviceSeq: message.seq,
      batteryPct: vitals(message).batteryPct,
      telemetryMessageId: message.messageId,
      // The level forgets a device's numbers while another one measures the reservoir.
      isBackfill: isBefore(message, newest),
    });
  }
  return { readings, diagnostics };
}

function isBefore({ epoch, seq }: InboxMessage, newest: DerivedInbox | undefined): boolean {
  if (!newest || newest.epoch === null || newest.seq === null) return false;
  return epoch === newest.epoch ? seq < newest.seq : epoch < newest.epoch;
}

interface DeviceAfter {
  was: string;
  lastSeenAt: string;
  intervalMs: number | null;
}

async function updateDevice(
  trx: Transaction,
  deviceId: string,
  news: {
    messages: readonly InboxMessage[];
    last: InboxMessage;
    lastReadingAt: string | null;
    quiet: QuietBand | undefined;
  },
): Promise<DeviceAfter | undefined> {
  const { last } = news;
  // Of one account alone: what the device said to the one before it is nobody else's.
  const inOrder = news.messages
    .filter(({ accountId }) => accountId === last.accountId)
    .sort((a, b) => a.epoch - b.epoch || a.seq - b.seq);
  const newest = inOrder.at(-1) ?? last;
  const [device] = await runHot<DeviceAfter>(trx, moveOn, {
    ...inOrder.map(vitals).reduce(merged, noVitals),
    deviceId,
    accountId: last.accountId,
    acceptedNo: last.acceptedNo,
    seenAt: last.receivedAt,
    epoch: newest.epoch,
    seq: newest.seq,
    bootId: bootId(newest),
    quietFromMm: news.quiet?.fromMm ?? null,
    quietToMm: news.quiet?.toMm ?? null,
    lastReadingAt: news.lastReadingAt,
  });
  return device;
}

/** By reservoir, each in the order in which its messages came in. */
function grouped(messages: readonly InboxMessage[]): Map<string, InboxMessage[]> {
  const groups = new Map<string, InboxMessage[]>();
  for (const message of messages) {
    if (message.reservoirId === null) continue;
    const group = groups.get(message.reservoirId);
    if (group) group.push(message);
    else groups.set(message.reservoirId, [message]);
  }
  return groups;
}

const online = (deviceId: string, accountId: string): NewEvent =>
  deviceOnline.of({ accountId, subjectId: deviceId, payload: { device_id: deviceId } });

function rejection(deviceId: string, reason: ReadingDiagnostic, messages: readonly InboxMessage[]): NewEvent {
  const [first] = messages;
  const last = messages.at(-1);
  if (!first || !last) throw new Error('a rejection needs a message');
  return telemetryRejected.of({
    accountId: first.accountId,
    subjectId: deviceId,
    payload: {
      device_id: deviceId,
      reason,
      count: messages.length,
      first_at: first.receivedAt,
      last_at: last.receivedAt,
      sample_id: first.messageId,
    },
  });
}
