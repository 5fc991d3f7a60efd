import {
  decideAside,
  type AsideMessage,
  type Likeness,
  type RestartCause,
} from '../../workflows/devices/sequence.rules.js';
import {
  arrayOf,
  bigInteger,
  boolean,
  float,
  integer,
  listOf,
  orNull,
  text,
  textOf,
  uuid,
  type Values,
} from '../connection/column.js';
import type { WriteScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import type { NewEvent } from '../shared/event.js';
import { newId } from '../shared/id.js';
import { emitEvents } from '../shared/outbox.js';
import { gapsGivenUp, sequenceRestarted } from './device.events.js';
import { maxRanges, type AcceptedDevice } from './telemetry.inbox.js';

const batchSize = 1_000;
/** Ranges given up at once: an event names each range. */
const gapsAtOnce = 200;
/** Distance in numbers within which a message is searched, in a device more or less in order. */
const windowSize = 100;

const inboxRow = {
  epoch: integer,
  acceptedTo: bigInteger,
  bottom: orNull(bigInteger),
  top: orNull(bigInteger),
  bootId: orNull(text),
  reach: float,
  rangeCount: bigInteger,
  accountId: orNull(uuid),
  newestObservedMs: orNull(float),
};
type Inbox = Values<typeof inboxRow>;

const lockedInbox = query({
  name: 'aside.lock',
  parameters: { deviceId: text },
  row: inboxRow,
  text: `select i.epoch, i.accepted_to, lower(i.seqs) as bottom, upper(i.seqs) - 1 as top, i.boot_id,
     (i.reach + greatest(0, extract(epoch from now() - i.accepted_at)))::float8 as reach,
     (select count(*) from unnest(i.seqs)) as range_count,
     (select a.account_id from devices.device_attachments a where a.device_id = i.device_id and a.detached_at is null) as account_id,
     (select extract(epoch from max(m.observed_at))::float8 * 1000 from (
       select o.observed_at from devices.device_telemetry_messages o where o.device_id = i.device_id and o.epoch = i.epoch
       order by o.accepted_no desc limit 1000) m) as newest_observed_ms
   from devices.device_inboxes i where i.device_id = :deviceId for update of i`,
});

/** The stored message of the same number; null where none is found. */
const likenessRow = {
  likeness: orNull(textOf<Likeness>()),
  storedBootId: orNull(text),
};
const likenessColumns = listOf(likenessRow, 'm', {
  likeness: `case when m.payload = s.payload then 'SAME'
      when m.payload -> 'sensors' is not distinct from s.payload -> 'sensors' then 'SAME_MEASURE' else 'OTHER' end`,
  storedBootId: "m.payload #>> '{system,boot_id}'",
});

/** Searches a message where device numbers and accepted numbers rise together. */
const asideMessages = query({
  name: 'aside.messages',
  parameters: { deviceId: text, limit: integer },
  row: {
    asideNo: bigInteger,
    accountId: uuid,
    seq: bigInteger,
    bootId: orNull(text),
    saysRestarted: boolean,
    observedMs: orNull(float),
    waitedMs: float,
    acceptedTo: bigInteger,
    top: orNull(bigInteger),
    isTaken: boolean,
    isGivenUp: boolean,
    isOfBefore: boolean,
    isRepeat: boolean,
    ...likenessRow,
  },
  text: `select s.aside_no, s.account_id, s.seq, s.payload #>> '{system,boot_id}' as boot_id,
     s.payload #> '{system,reset_reason}' is not null and case jsonb_typeof(s.payload #> '{system,uptime_s}')
       when 'number' then (s.payload #>> '{system,uptime_s}')::float8 <= 3600 else true end as says_restarted,
     extract(epoch from s.observed_at)::float8 * 1000 as observed_ms,
     extract(epoch from now() - s.received_at)::float8 * 1000 as waited_ms, s.accepted_to, s.top,
     i.seqs @> s.seq as is_taken, s.seq < i.closed_below as is_given_up,
     coalesce(s.seq < a.first_seq and a.first_epoch = i.epoch, false) as is_of_before,
     row_number() over (partition by s.seq, md5(s.payload::text) order by s.aside_no) > 1 or (i.epoch > 0 and exists (
       select from devices.past_messages p where p.device_id = s.device_id and p.seq = s.seq
         and p.fingerprint = md5(s.payload::text)::uuid)) as is_repeat,
     ${listOf(likenessRow, 'k')}
   from (select * from devices.messages_aside o where o.device_id = :deviceId order by o.aside_no limit :limit) s
   join devices.device_inboxes i on i.device_id = s.device_id
   left join devices.device_attachments a on a.account_id = s.account_id and a.device_id = s.device_id and a.detached_at is null
   left join lateral (
     select i.epoch_after + coalesce(sum(upper(r) - lower(r)), 0) as place
     from unnest(i.seqs * int8multirange(int8range(null, s.seq, '[]'))) as r) p on i.seqs @> s.seq
   left join lateral (
     select ${likenessColumns} from devices.device_telemetry_messages m
     where m.device_id = s.device_id and m.epoch = i.epoch and m.seq = s.seq
       and m.accepted_no between p.place - ${windowSize} and p.place + ${windowSize} limit 1) k on true
   order by s.aside_no`,
});

const asideNumbers = { deviceId: text, asideNos: arrayOf(bigInteger) };
/** Searches everything the device sent, for messages not found in the expected place. */
const messagesElsewhere = query({
  name: 'aside.elsewhere',
  parameters: asideNumbers,
  row: { asideNo: bigInteger, ...likenessRow },
  text: `select s.aside_no, ${likenessColumns}
   from devices.messages_aside s join devices.device_inboxes i on i.device_id = s.device_id
   join devices.device_telemetry_messages m on m.device_id = s.device_id and m.epoch = i.epoch and m.seq = s.seq
   where s.device_id = :deviceId and s.aside_no = any(:asideNos)`,
});

const giveUpGaps = query({
  name: 'aside.giveUpGaps',
  parameters: { deviceId: text },
  row: { from_seq: bigInteger, to_seq: bigInteger },
  text: `with gaps as (
     select g.* from devices.device_inboxes i,
       unnest(int8multirange(int8range(lower(i.seqs), upper(i.seqs))) - i.seqs) with ordinality as g(gap, n)
     where i.device_id = :deviceId order by g.n limit ${gapsAtOnce}
   ), closed as (
     update devices.device_inboxes i set seqs = i.seqs + int8multirange(int8range(lower(i.seqs), c.upto)), closed_below = c.upto,
       given_up_count = i.given_up_count + c.missing
     from (select max(upper(gap)) as upto, sum(upper(gap) - lower(gap)) as missing from gaps) c where i.device_id = :deviceId
   )
   select lower(gap) as from_seq, upper(gap) - 1 as to_seq from gaps order by 1`,
});

const beginEpoch = query({
  name: 'aside.beginEpoch',
  parameters: { deviceId: text, cause: textOf<RestartCause>() },
  row: { epoch: integer },
  text: 'select devices.begin_epoch(:deviceId, :cause) as epoch',
});

/**
 * Into the inbox's epoch, numbered behind the accepted messages, with the original receive time.
 */
const acceptAside = query({
  name: 'aside.accept',
  parameters: { ...asideNumbers, messageIds: arrayOf(uuid), reach: bigInteger },
  row: { acceptedTo: bigInteger },
  text: `with taken as (
     delete from devices.messages_aside s where s.device_id = :deviceId and s.aside_no = any(:asideNos) returning s.*
   ), numbered as (
     select t.*, i.epoch, i.accepted_to + row_number() over (order by t.aside_no) as accepted_no, d.message_id
     from taken t join devices.device_inboxes i on i.device_id = t.device_id
     join unnest(:asideNos, :messageIds) as d(aside_no, message_id) on d.aside_no = t.aside_no
   ), stored as (
     insert into devices.device_telemetry_messages (device_id, account_id, message_id, epoch, seq, accepted_no, received_at,
       observed_at, payload)
     select n.device_id, n.account_id, n.message_id, n.epoch, n.seq, n.accepted_no, n.received_at, n.observed_at, n.payload
     from numbered n
   )
   update devices.device_inboxes i set seqs = i.seqs + n.seqs, accepted_to = n.accepted_to, accepted_at = now(),
     reach = least(greatest(i.reach, :reach), 4503599627370496)
   from (select range_agg(int8range(n.seq, n.seq, '[]')) as seqs, max(n.accepted_no) as accepted_to from numbered n) n
   where i.device_id = :deviceId returning i.accepted_to`,
});

/** Counted with the reason, as in an immediate drop. */
const dropAside = query({
  name: 'aside.drop',
  parameters: { ...asideNumbers, reasons: arrayOf(text) },
  text: `with refused as (
     delete from devices.messages_aside s using unnest(:asideNos, :reasons) as d(aside_no, reason)
     where s.device_id = :deviceId and s.aside_no = d.aside_no
     returning s.device_id, s.account_id, d.reason, s.payload, s.received_at
   )
   insert into devices.telemetry_drops as t (device_id, reason, account_id, count, sample_bytes, first_at, last_at)
   select r.device_id, r.reason, min(r.account_id::text)::uuid, count(*),
     (array_agg(convert_to(left(r.payload::text, 2048), 'UTF8')))[1], min(r.received_at), max(r.received_at)
   from refused r group by 1, 2 order by 1, 2
   on conflict (device_id, reason) where reported_at is null
     do update set count = t.count + excluded.count, last_at = greatest(t.last_at, excluded.last_at),
       account_id = case when t.account_id = excluded.account_id then t.account_id end`,
});

/** A repeated message still shows that the device is there. */
const markSeen = query({
  name: 'aside.seen',
  parameters: { deviceId: text },
  text: 'update devices.devices d set last_seen_at = greatest(d.last_seen_at, now()) where d.device_id = :deviceId',
});

interface Settled {
  device: AcceptedDevice;
  hasAccepted: boolean;
}

/** As millrace_ingest. */
export const telemetryAsideStore = (scope: WriteScope) => ({
  /**
   * Settles a device's messages aside once, under the inbox's lock; undefined when all of the
   * messages wait. A repeat finds the remaining messages.
   */
  async settle(deviceId: string): Promise<Settled | undefined> {
    const [inbox] = await scope.run(lockedInbox, { deviceId });
    if (!inbox) return undefined;
    const events = inbox.rangeCount > maxRanges ? [await closeGaps(scope, deviceId, inbox)] : [];
    const messages = await findMessages(scope, deviceId);
    const { verdicts, restart, longestJump } = decideAside(inbox, messages);
    const accepted = messages.filter((_, n) => verdicts[n] === 'ACCEPT');
    const refused = messages.flatMap(({ asideNo }, n) => {
      const verdict = verdicts[n] ?? 'WAIT';
      return verdict === 'ACCEPT' || verdict === 'WAIT' ? [] : [{ asideNo, reason: verdict }];
    });
    // Rows are locked in the order of the other statements: inbox, drops, device, events.
    if (refused.length > 0) {
      await scope.run(dropAside, {
        deviceId,
        asideNos: refused.map(({ asideNo }) => asideNo),
        reasons: refused.map(({ reason }) => reason),
      });
      if (messages.some(({ accountId }) => accountId === inbox.accountId))
        await scope.run(markSeen, { deviceId });
    }
    if (restart) {
      const restarted = { inbox, cause: restart, firstSeq: accepted[0]?.seq };
      events.push(await restartSequence(scope, deviceId, restarted));
    }
    const device = { deviceId, acceptedTo: inbox.acceptedTo, isUrgent: true };
    if (accepted.length > 0) {
      const [after] = await scope.run(acceptAside, {
        deviceId,
        asideNos: accepted.map(({ asideNo }) => asideNo),
        messageIds: accepted.map(newId),
        // As far again is no surprise any more.
        reach: 2 * longestJump,
      });
      device.acceptedTo = after?.acceptedTo ?? inbox.acceptedTo;
    }
    await emitEvents(scope, events);
    return accepted.length + refused.length + events.length > 0
      ? { device, hasAccepted: accepted.length > 0 }
      : undefined;
  },
});

async function restartSequence(
  scope: WriteScope,
  deviceId: string,
  { inbox, cause, firstSeq }: { inbox: Inbox; cause: RestartCause; firstSeq: number | undefined },
): Promise<NewEvent> {
  const [begun] = await scope.run(beginEpoch, { deviceId, cause });
  const { accountId, top } = inbox;
  const payload = {
    device_id: deviceId,
    epoch: begun?.epoch ?? 0,
    cause,
    last_seq: top,
    first_seq: firstSeq ?? null,
  };
  return sequenceRestarted.of({ accountId, subjectId: deviceId, payload });
}

interface FoundMessage extends AsideMessage {
  asideNo: number;
  accountId: string;
}

async function findMessages(scope: WriteScope, deviceId: string): Promise<FoundMessage[]> {
  const rows = await scope.read(asideMessages, { deviceId, limit: batchSize });
  const lost = rows.filter(
    ({ isTaken, isRepeat, likeness }) => isTaken && !isRepeat && likeness === null,
  );
  const asideNos = lost.map(({ asideNo }) => asideNo);
  const foundElsewhere =
    lost.length === 0 ? [] : await scope.read(messagesElsewhere, { deviceId, asideNos });
  const found = new Map(foundElsewhere.map((each) => [each.asideNo, each]));
  return rows.map(({ likeness, storedBootId, ...message }) => {
    const stored = likeness === null ? found.get(message.asideNo) : { likeness, storedBootId };
    return {
      ...message,
      stored: stored?.likeness ? { likeness: stored.likeness, bootId: stored.storedBootId } : null,
    };
  });
}

async function closeGaps(
  scope: WriteScope,
  deviceId: string,
  { accountId, epoch }: Inbox,
): Promise<NewEvent> {
  const ranges = await scope.run(giveUpGaps, { deviceId });
  const missing = ranges.reduce((sum, { from_seq, to_seq }) => sum + to_seq - from_seq + 1, 0);
  const payload = { device_id: deviceId, epoch, missing_count: missing, ranges };
  return gapsGivenUp.of({ accountId, subjectId: deviceId, payload });
}
