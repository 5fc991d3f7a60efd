import {
  decideAside,
  type AsideMessage,
  type Likeness,
  type RestartCause,
  type SequenceStanding,
} from '../../workflows/water/sequence.rules.js';
import { statement, type Transaction } from '../shared/database.js';
import type { NewEvent } from '../shared/event.js';
import { runHot } from '../shared/hot.js';
import { newId } from '../shared/id.js';
import { emitEvents } from '../shared/outbox.js';
import { gapsGivenUp, sequenceRestarted } from './device.events.js';
import { maxRanges, type AcceptedDevice } from './telemetry.inbox.js';

const batchSize = 1_000;
/** Ranges that are given up at once: an event tells each of them. */
const gapsAtOnce = 200;
/** How far from its place by number a message is looked for, in a device that is more or less in order. */
const windowSize = 100;

const devicesWithAside = statement(
  'aside.devices',
  'select distinct s.device_id as "deviceId" from water.messages_aside s limit ?',
);

interface Inbox extends SequenceStanding {
  epoch: number;
  rangeCount: number;
  accountId: string | null;
}

const lockInbox = statement(
  'aside.lock',
  `
  select i.epoch, i.accepted_to as "acceptedTo", lower(i.seqs) as bottom, upper(i.seqs) - 1 as top, i.boot_id as "bootId",
    (i.reach + greatest(0, extract(epoch from now() - i.accepted_at)))::float8 as reach,
    (select count(*) from unnest(i.seqs)) as "rangeCount",
    (select a.account_id from water.device_attachments a where a.device_id = i.device_id and a.detached_at is null) as "accountId",
    (select extract(epoch from max(m.observed_at))::float8 * 1000 from (
      select o.observed_at from water.device_telemetry_messages o where o.device_id = i.device_id and o.epoch = i.epoch
      order by o.accepted_no desc limit 1000) m) as "newestObservedMs"
  from water.device_inboxes i where i.device_id = ? for update of i`,
);

interface AsideRow extends Omit<AsideMessage, 'stored'> {
  asideNo: number;
  accountId: string;
  likeness: Likeness | null;
  storedBootId: string | null;
}
interface Found {
  asideNo: number;
  likeness: Likeness;
  storedBootId: string | null;
}

const likeness = `case when m.payload = s.payload then 'SAME'
      when m.payload -> 'sensors' is not distinct from s.payload -> 'sensors' then 'SAME_MEASURE' else 'OTHER' end as likeness,
      m.payload #>> '{system,boot_id}' as "storedBootId"`;

/** A message is looked for where it is when the device's numbers and accepted numbers rise together. */
const asideMessages = statement(
  'aside.messages',
  `
  select s.aside_no as "asideNo", s.account_id as "accountId", s.seq, s.payload #>> '{system,boot_id}' as "bootId",
    s.payload #> '{system,reset_reason}' is not null and case jsonb_typeof(s.payload #> '{system,uptime_s}')
      when 'number' then (s.payload #>> '{system,uptime_s}')::float8 <= 3600 else true end as "saysRestarted",
    extract(epoch from s.observed_at)::float8 * 1000 as "observedMs",
    extract(epoch from now() - s.received_at)::float8 * 1000 as "waitedMs", s.accepted_to as "acceptedTo", s.top,
    i.seqs @> s.seq as "isTaken", s.seq < i.closed_below as "isGivenUp",
    coalesce(s.seq < a.first_seq and a.first_epoch = i.epoch, false) as "isOfBefore",
    row_number() over (partition by s.seq, md5(s.payload::text) order by s.aside_no) > 1 or (i.epoch > 0 and exists (
      select from water.past_messages p where p.device_id = s.device_id and p.seq = s.seq
        and p.fingerprint = md5(s.payload::text)::uuid)) as "isRepeat",
    k.likeness, k."storedBootId"
  from (select * from water.messages_aside o where o.device_id = ? order by o.aside_no limit ?) s
  join water.device_inboxes i on i.device_id = s.device_id
  left join water.device_attachments a on a.account_id = s.account_id and a.device_id = s.device_id and a.detached_at is null
  left join lateral (
    select i.epoch_after + coalesce(sum(upper(r) - lower(r)), 0) as place
    from unnest(i.seqs * int8multirange(int8range(null, s.seq, '[]'))) as r) p on i.seqs @> s.seq
  left join lateral (
    select ${likeness} from water.device_telemetry_messages m
    where m.device_id = s.device_id and m.epoch = i.epoch and m.seq = s.seq
      and m.accepted_no between p.place - ${windowSize} and p.place + ${windowSize} limit 1) k on true
  order by s.aside_no`,
);

/** All that the device sent is gone through: for what is not found in its place. */
const elsewhere = statement(
  'aside.elsewhere',
  `
  select s.aside_no as "asideNo", ${likeness}
  from water.messages_aside s join water.device_inboxes i on i.device_id = s.device_id
  join water.device_telemetry_messages m on m.device_id = s.device_id and m.epoch = i.epoch and m.seq = s.seq
  where s.device_id = ? and s.aside_no = any (?::bigint[])`,
);

const giveUpGaps = statement(
  'aside.giveUpGaps',
  `
  with gaps as (
    select g.* from water.device_inboxes i,
      unnest(int8multirange(int8range(lower(i.seqs), upper(i.seqs))) - i.seqs) with ordinality as g(gap, n)
    where i.device_id = ? order by g.n limit ${gapsAtOnce}
  ), closed as (
    update water.device_inboxes i set seqs = i.seqs + int8multirange(int8range(lower(i.seqs), c.upto)), closed_below = c.upto,
      given_up_count = i.given_up_count + c.missing
    from (select max(upper(gap)) as upto, sum(upper(gap) - lower(gap)) as missing from gaps) c where i.device_id = ?
  )
  select lower(gap) as "fromSeq", upper(gap) - 1 as "toSeq" from gaps order by 1`,
);

const beginEpoch = statement('aside.beginEpoch', 'select water.begin_epoch(?, ?) as epoch');

/** Into the epoch that the inbox is in, numbered behind what it has; received when they came. */
const acceptAside = statement(
  'aside.accept',
  `
  with taken as (
    delete from water.messages_aside s where s.device_id = ? and s.aside_no = any (?::bigint[]) returning s.*
  ), numbered as (
    select t.*, i.epoch, i.accepted_to + row_number() over (order by t.aside_no) as accepted_no, d.message_id
    from taken t join water.device_inboxes i on i.device_id = t.device_id
    join unnest(?::bigint[], ?::uuid[]) as d(aside_no, message_id) on d.aside_no = t.aside_no
  ), stored as (
    insert into water.device_telemetry_messages (device_id, account_id, message_id, epoch, seq, accepted_no, received_at,
      observed_at, payload)
    select n.device_id, n.account_id, n.message_id, n.epoch, n.seq, n.accepted_no, n.received_at, n.observed_at, n.payload
    from numbered n
  )
  update water.device_inboxes i set seqs = i.seqs + n.seqs, accepted_to = n.accepted_to, accepted_at = now(),
    reach = least(greatest(i.reach, ?::bigint), 4503599627370496)
  from (select range_agg(int8range(n.seq, n.seq, '[]')) as seqs, max(n.accepted_no) as accepted_to from numbered n) n
  where i.device_id = ? returning i.accepted_to as "acceptedTo"`,
);

/** Counted with their reason, as what is dropped at once is. */
const dropAside = statement(
  'aside.drop',
  `
  with refused as (
    delete from water.messages_aside s using unnest(?::bigint[], ?::text[]) as d(aside_no, reason)
    where s.device_id = ? and s.aside_no = d.aside_no
    returning s.device_id, s.account_id, d.reason, s.payload, s.received_at
  )
  insert into water.telemetry_drops as t (device_id, reason, account_id, count, sample_bytes, first_at, last_at)
  select r.device_id, r.reason, min(r.account_id::text)::uuid, count(*),
    (array_agg(convert_to(left(r.payload::text, 2048), 'UTF8')))[1], min(r.received_at), max(r.received_at)
  from refused r group by 1, 2 order by 1, 2
  on conflict (device_id, reason) where reported_at is null
    do update set count = t.count + excluded.count, last_at = greatest(t.last_at, excluded.last_at),
      account_id = case when t.account_id = excluded.account_id then t.account_id end`,
);

/** What is repeated tells all the same that the device is there. */
const markSeen = statement(
  'aside.seen',
  'update water.devices d set last_seen_at = greatest(d.last_seen_at, now()) where d.device_id = ?',
);

export interface Settled {
  device: AcceptedDevice;
  hasAccepted: boolean;
}

/** Of which devices messages stand aside. As millrace_ingest. */
export const findDevicesWithAside = (trx: Transaction, limit: number): Promise<{ deviceId: string }[]> =>
  runHot(trx, devicesWithAside, [limit]);

/**
 * Looks once at what stands aside of a device and does what there is to do, under the inbox's lock and in one transaction;
 * undefined when all of it waits. What is repeated finds what is left. As millrace_ingest.
 */
export async function settleAside(trx: Transaction, deviceId: string): Promise<Settled | undefined> {
  const [inbox] = await runHot<Inbox>(trx, lockInbox, [deviceId]);
  if (!inbox) return undefined;
  const events = inbox.rangeCount > maxRanges ? [await closeGaps(trx, deviceId, inbox)] : [];
  const messages = await findMessages(trx, deviceId);
  const { verdicts, restart, longestJump } = decideAside(inbox, messages);
  const accepted = messages.filter((_, n) => verdicts[n] === 'ACCEPT');
  const refused = messages.flatMap(({ asideNo }, n) => {
    const verdict = verdicts[n] ?? 'WAIT';
    return verdict === 'ACCEPT' || verdict === 'WAIT' ? [] : [{ asideNo, reason: verdict }];
  });
  // Rows are locked in the order in which others lock them: inbox, drops, device, events.
  if (refused.length > 0) {
    const numbers = refused.map(({ asideNo }) => asideNo);
    await runHot(trx, dropAside, [numbers, refused.map(({ reason }) => reason), deviceId]);
    if (messages.some(({ accountId }) => accountId === inbox.accountId)) await runHot(trx, markSeen, [deviceId]);
  }
  if (restart) events.push(await restartSequence(trx, deviceId, { inbox, cause: restart, firstSeq: accepted[0]?.seq }));
  const device = { deviceId, acceptedTo: inbox.acceptedTo, isUrgent: true };
  if (accepted.length > 0) {
    const numbers = accepted.map(({ asideNo }) => asideNo);
    // As far again is no surprise any more.
    const values = [deviceId, numbers, numbers, accepted.map(newId), 2 * longestJump, deviceId];
    const [after] = await runHot<{ acceptedTo: number }>(trx, acceptAside, values);
    device.acceptedTo = after?.acceptedTo ?? inbox.acceptedTo;
  }
  await emitEvents(trx, events);
  return accepted.length + refused.length + events.length > 0
    ? { device, hasAccepted: accepted.length > 0 }
    : undefined;
}

async function restartSequence(
  trx: Transaction,
  deviceId: string,
  { inbox, cause, firstSeq }: { inbox: Inbox; cause: RestartCause; firstSeq: number | undefined },
): Promise<NewEvent> {
  const [begun] = await runHot<{ epoch: number }>(trx, beginEpoch, [deviceId, cause]);
  const { accountId, top } = inbox;
  const payload = { device_id: deviceId, epoch: begun?.epoch ?? 0, cause, last_seq: top, first_seq: firstSeq ?? null };
  return sequenceRestarted.of({ accountId, subjectId: deviceId, payload });
}

async function findMessages(
  trx: Transaction,
  deviceId: string,
): Promise<(AsideMessage & Pick<AsideRow, 'asideNo' | 'accountId'>)[]> {
  const rows = await runHot<AsideRow>(trx, asideMessages, [deviceId, batchSize]);
  const lost = rows.filter(({ isTaken, isRepeat, likeness }) => isTaken && !isRepeat && likeness === null);
  const foundElsewhere =
    lost.length === 0 ? [] : await runHot<Found>(trx, elsewhere, [deviceId, lost.map(({ asideNo }) => asideNo)]);
  const found = new Map(foundElsewhere.map((each) => [each.asideNo, each]));
  return rows.map(({ likeness, storedBootId, ...message }) => {
    const stored = likeness === null ? found.get(message.asideNo) : { likeness, storedBootId };
    return { ...message, stored: stored ? { likeness: stored.likeness, bootId: stored.storedBootId } : null };
  });
}

async function closeGaps(trx: Transaction, deviceId: string, { accountId, epoch }: Inbox): Promise<NewEvent> {
  const gaps = await runHot<{ fromSeq: number; toSeq: number }>(trx, giveUpGaps, [deviceId, deviceId]);
  const ranges = gaps.map(({ fromSeq, toSeq }) => ({ from_seq: fromSeq, to_seq: toSeq }));
  const missing = gaps.reduce((sum, { fromSeq, toSeq }) => sum + toSeq - fromSeq + 1, 0);
  const payload = { device_id: deviceId, epoch, missing_count: missing, ranges };
  return gapsGivenUp.of({ accountId, subjectId: deviceId, payload });
}
