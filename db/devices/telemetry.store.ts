import type { ConnectivityState, DerivedBatch } from '../../workflows/devices/device.contract.js';
import {
  bootId,
  merged,
  noVitals,
  rawDistancesMm,
  vitals,
  type TelemetrySections,
} from '../../workflows/devices/payload.rules.js';
import { findKind, type QuietBand } from '../../workflows/devices/measured-kind.contract.js';
import type { MeasuredThing } from '../../workflows/devices/measured-thing.contract.js';
import {
  bigInteger,
  boolean,
  float,
  integer,
  json,
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
import type { NewEvent } from '../shared/event.js';
import { emitEvents } from '../shared/outbox.js';
import { deviceOnline, telemetryRejected } from './device.events.js';
import { deviceSightViews } from './device-sight.views.js';
import type { MeasuredKind, MeasuredMessage } from './measured-kind.contract.js';

const batchSize = 500;

/** How far the device's messages are derived: the cursor, and the newest message by its numbers. */
const derivedInbox = {
  derivedTo: bigInteger,
  derivedEpoch: orNull(integer),
  derivedSeq: orNull(bigInteger),
};
type DerivedInbox = Values<typeof derivedInbox>;

const lockedInbox = query({
  name: 'inboxes.lock',
  parameters: { deviceId: text },
  row: derivedInbox,
  text: `select ${listOf(derivedInbox, 'd')} from devices.device_inboxes d where d.device_id = :deviceId for update`,
});

const section = (name: string): string => `m.payload -> '${name}'`;
const inboxMessage = {
  acceptedNo: bigInteger,
  messageId: uuid,
  accountId: uuid,
  epoch: integer,
  seq: bigInteger,
  receivedAt: timestamp,
  observedAt: orNull(timestamp),
  sensors: json<unknown>(),
  power: json<unknown>(),
  network: json<unknown>(),
  system: json<unknown>(),
  kind: orNull(text),
  /** The measured thing when the message was received; null after a detachment without a trace. */
  thingId: orNull(uuid),
  turnNo: orNull(bigInteger),
};
type InboxMessage = Values<typeof inboxMessage>;

const nextMessages = query({
  name: 'telemetry.next',
  parameters: { deviceId: text, derivedTo: bigInteger, limit: integer },
  row: inboxMessage,
  text: `select ${listOf(inboxMessage, 'm', {
    sensors: section('sensors'),
    power: section('power'),
    network: section('network'),
    system: section('system'),
    kind: 't.kind',
    thingId: 't.thing_id',
    turnNo: 't.turn_no',
  })}
  from devices.device_telemetry_messages m
  left join lateral (select a.kind, a.thing_id, a.turn_no from devices.device_attachments a
    where a.account_id = m.account_id and a.device_id = m.device_id and a.after_no < m.accepted_no
    order by a.attachment_no desc limit 1) t on true
  where m.device_id = :deviceId and m.accepted_no > :derivedTo order by m.accepted_no limit :limit`,
});

/**
 * Answers the connectivity before, so that coming online is reported once. Messages from before the
 * present attachment move the inbox, and nothing shown of the device.
 */
const moveOn = query({
  name: 'devices.move_on',
  parameters: {
    deviceId: text,
    accountId: uuid,
    acceptedNo: bigInteger,
    seenAt: timestamp,
    epoch: integer,
    seq: bigInteger,
    bootId: orNull(text),
    quietFromMm: orNull(float),
    quietToMm: orNull(float),
    lastReadingAt: orNull(timestamp),
    batteryPct: orNull(float),
    batteryVoltageMv: orNull(float),
    isCharging: orNull(boolean),
    signalStrengthDbm: orNull(float),
    firmwareVersion: orNull(text),
  },
  row: { was: textOf<ConnectivityState>(), lastSeenAt: timestamp, intervalMs: orNull(integer) },
  text: `
  with before as (select d.connectivity_state, coalesce((d.last_epoch, d.last_seq) >= (:epoch, :seq), false) as knows_newer
    from devices.devices d where d.device_id = :deviceId
    and exists (select 1 from devices.device_attachments a where a.device_id = d.device_id and a.detached_at is null
      and a.account_id = :accountId and a.after_no < :acceptedNo) for update of d),
  inbox as (update devices.device_inboxes i set derived_to = :acceptedNo,
    derived_epoch = case when (i.derived_epoch, i.derived_seq) > (:epoch, :seq) then i.derived_epoch else :epoch end,
    derived_seq = case when (i.derived_epoch, i.derived_seq) > (:epoch, :seq) then i.derived_seq else :seq end,
    quiet_from_mm = coalesce(:quietFromMm, i.quiet_from_mm),
    quiet_to_mm = coalesce(:quietToMm, i.quiet_to_mm),
    boot_id = case when i.epoch = :epoch and upper(i.seqs) - 1 = :seq then coalesce(:bootId, i.boot_id) else i.boot_id end
    where i.device_id = :deviceId)
  update devices.devices d set
    last_epoch = case when b.knows_newer then d.last_epoch else :epoch end,
    last_seq = case when b.knows_newer then d.last_seq else :seq end,
    battery_pct = case when b.knows_newer then d.battery_pct else coalesce(:batteryPct, d.battery_pct) end,
    battery_voltage_mv = case when b.knows_newer then d.battery_voltage_mv else coalesce(:batteryVoltageMv, d.battery_voltage_mv) end,
    is_charging = case when b.knows_newer then d.is_charging else coalesce(:isCharging, d.is_charging) end,
    signal_strength_dbm = case when b.knows_newer then d.signal_strength_dbm else coalesce(:signalStrengthDbm, d.signal_strength_dbm) end,
    firmware_version = case when b.knows_newer then d.firmware_version else coalesce(:firmwareVersion, d.firmware_version) end,
    last_seen_at = greatest(d.last_seen_at, :seenAt), last_reading_at = greatest(d.last_reading_at, :lastReadingAt),
    connectivity_state = 'ONLINE'
  from before b where d.device_id = :deviceId
  returning b.connectivity_state as was, d.last_seen_at, d.interval_ms`,
});

/** Settings of the installation for deriving. */
interface SensorParts {
  measuredKinds: readonly MeasuredKind[];
  /** How far beyond the calibrated span a distance may be, in percent of the span. */
  sensorMarginPct?: number | undefined;
}

/** As millrace_ingest. */
export const telemetryStore = (scope: WriteScope, parts: SensorParts) => ({
  /**
   * Derives the next messages of a device, oldest first: readings and levels, the device's own
   * report, the events, and the cursor behind the messages. All in the scope's transaction, so each
   * message is derived exactly once.
   */
  async derive(deviceId: string): Promise<DerivedBatch> {
    const [inbox] = await scope.run(lockedInbox, { deviceId });
    const derivedTo = inbox?.derivedTo ?? 0;
    const rows = await scope.read(nextMessages, { deviceId, derivedTo, limit: batchSize + 1 });
    const messages = rows.slice(0, batchSize);
    const [last] = messages.slice(-1);
    const sight = () => deviceSightViews(scope).sight(deviceId);
    // Also after an attempt that derived the messages and lost the answer.
    if (!last) return { derivedTo, hasMore: false, ...(await sight()) };

    const sensor = { ...parts, deviceId, newest: inbox };
    const { rejected, ...measured } = await deriveReadings(scope, sensor, messages);
    const news = deviceNews(messages, last, measured);
    const [device] = await scope.run(moveOn, { deviceId, ...news });
    const cameOnline = !device || device.was === 'ONLINE' ? [] : [online(deviceId, last.accountId)];
    await emitEvents(scope, [...cameOnline, ...rejected]);
    const sightAfter = device
      ? {
          connectivity: 'ONLINE' as const,
          lastSeenAt: device.lastSeenAt,
          intervalMs: device.intervalMs,
        }
      : await sight();
    return { derivedTo: last.acceptedNo, hasMore: rows.length > batchSize, ...sightAfter };
  },
});

interface Sensor extends SensorParts {
  deviceId: string;
  /** The newest message derived before. */
  newest: DerivedInbox | undefined;
}

interface Measured {
  lastReadingAt: string | null;
  quiet: QuietBand | undefined;
}

async function deriveReadings(
  scope: WriteScope,
  sensor: Sensor,
  messages: readonly InboxMessage[],
): Promise<Measured & { rejected: NewEvent[] }> {
  const { deviceId, sensorMarginPct, measuredKinds } = sensor;
  let lastReadingAt: string | null = null;
  let quiet: QuietBand | undefined;
  const rejected: NewEvent[] = [];
  for (const { accountId, thing, part } of groupedByThing(messages)) {
    const store = findKind(measuredKinds, thing)?.store(scope);
    const derived = await store?.deriveReadings({
      deviceId,
      accountId,
      thingId: thing.thingId,
      messages: part.map((message) => measuredMessage(message, sensor)),
      sensorMarginPct,
    });
    if (!derived) continue;
    quiet = derived.quietBand ?? quiet;
    if (accountId === messages.at(-1)?.accountId)
      lastReadingAt = derived.lastReadingAt ?? lastReadingAt;
    for (const [reason, refused] of derived.rejected)
      rejected.push(rejection({ accountId, deviceId }, reason, refused));
  }
  return { lastReadingAt, quiet, rejected };
}

function deviceNews(
  messages: readonly InboxMessage[],
  last: InboxMessage,
  { lastReadingAt, quiet }: Measured,
) {
  // Of one account alone: reports to the account before belong to the account before.
  const inOrder = messages
    .filter(({ accountId }) => accountId === last.accountId)
    .sort((a, b) => a.epoch - b.epoch || a.seq - b.seq);
  const newest = inOrder.at(-1) ?? last;
  return {
    ...inOrder.map(vitals).reduce(merged, noVitals),
    accountId: last.accountId,
    acceptedNo: last.acceptedNo,
    seenAt: last.receivedAt,
    epoch: newest.epoch,
    seq: newest.seq,
    bootId: bootId(newest),
    quietFromMm: quiet?.fromMm ?? null,
    quietToMm: quiet?.toMm ?? null,
    lastReadingAt,
  };
}

const measuredMessage = (message: InboxMessage, { newest }: Sensor): MeasuredMessage => ({
  messageId: message.messageId,
  turnNo: message.turnNo,
  epoch: message.epoch,
  seq: message.seq,
  receivedAt: message.receivedAt,
  observedAt: message.observedAt,
  sensors: message.sensors,
  distancesMm: rawDistancesMm(Object(message.sensors) as TelemetrySections),
  batteryPct: vitals(message).batteryPct,
  // The state of the thing forgets a device's numbers while another device measures the thing.
  isBackfill: isBefore(message, newest),
});

function isBefore({ epoch, seq }: InboxMessage, newest: DerivedInbox | undefined): boolean {
  if (!newest || newest.derivedEpoch === null || newest.derivedSeq === null) return false;
  return epoch === newest.derivedEpoch ? seq < newest.derivedSeq : epoch < newest.derivedEpoch;
}

interface MessagesOfThing {
  accountId: string;
  thing: MeasuredThing;
  part: InboxMessage[];
}

/** Each thing's messages in accepted order. */
function groupedByThing(messages: readonly InboxMessage[]): Iterable<MessagesOfThing> {
  const groups = new Map<string, MessagesOfThing>();
  for (const message of messages) {
    const { accountId, kind, thingId } = message;
    if (kind === null || thingId === null) continue;
    const group = groups.get(thingId);
    if (group) group.part.push(message);
    else groups.set(thingId, { accountId, thing: { kind, thingId }, part: [message] });
  }
  return groups.values();
}

const online = (deviceId: string, accountId: string): NewEvent =>
  deviceOnline.of({ accountId, subjectId: deviceId, payload: { device_id: deviceId } });

function rejection(
  { accountId, deviceId }: { accountId: string; deviceId: string },
  reason: string,
  messages: readonly MeasuredMessage[],
): NewEvent {
  const [first] = messages;
  const last = messages.at(-1);
  if (!first || !last) throw new Error('a rejection needs a message');
  return telemetryRejected.of({
    accountId,
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
