import { findKind } from '../../workflows/devices/measured-kind.contract.js';
import {
  bigInteger,
  integer,
  json,
  listOf,
  orNull,
  text,
  timestamp,
  uuid,
  type Values,
} from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import type { MeasuredKind } from './measured-kind.contract.js';

/** A message as received, with the server's knowledge of the message. */
const messageView = {
  message_id: uuid,
  device_id: text,
  epoch: integer,
  seq: bigInteger,
  received_at: timestamp,
  observed_at: orNull(timestamp),
  payload: json<Record<string, unknown>>(),
};
const numberedMessage = { ...messageView, accepted_no: bigInteger };
type TelemetryView = Values<typeof messageView>;
type NumberedTelemetryView = Values<typeof numberedMessage>;

export type LatestTelemetryView = TelemetryView & {
  /** The reading derived of the message; null without a level, or not yet. */
  reading: Record<string, unknown> | null;
};

const deviceOfAccount = { accountId: uuid, deviceId: text };
const messagesOfDevice = `select ${listOf(numberedMessage, 'm')}
   from devices.device_telemetry_messages m where m.account_id = :accountId and m.device_id = :deviceId`;

/**
 * Among the last messages: a device that resends older messages sends newer messages between. The
 * kind of the thing measured at the time is null where the thing is gone.
 */
const latestMessage = query({
  name: 'telemetry.latest',
  parameters: deviceOfAccount,
  row: { ...numberedMessage, kind: orNull(text) },
  text: `select m.*, (
     select a.kind from devices.device_attachments a
     where a.account_id = :accountId and a.device_id = :deviceId and a.after_no < m.accepted_no
     order by a.attachment_no desc limit 1) as kind
   from (${messagesOfDevice} order by m.accepted_no desc limit 1000) m
   order by m.epoch desc, m.seq desc limit 1`,
});

const messagePage = query({
  name: 'telemetry.history',
  parameters: {
    ...deviceOfAccount,
    before: orNull(bigInteger),
    since: orNull(timestamp),
    until: orNull(timestamp),
    limit: integer,
  },
  row: numberedMessage,
  text: `${messagesOfDevice} and m.accepted_no < coalesce(:before, 9223372036854775807)
     and m.received_at >= coalesce(:since, '-infinity') and m.received_at < coalesce(:until, 'infinity')
   order by m.accepted_no desc limit :limit`,
});

/**
 * Sequence numbers of the present epoch that are missing between the first and the last received.
 */
const gapView = { from_seq: bigInteger, to_seq: bigInteger, missing_count: bigInteger };
type TelemetryGap = Values<typeof gapView>;

const gapPage = query({
  name: 'telemetry.gaps',
  parameters: { ...deviceOfAccount, after: orNull(bigInteger), limit: integer },
  row: gapView,
  text: `select lower(g) as from_seq, upper(g) - 1 as to_seq, upper(g) - lower(g) as missing_count
   from (select i.seqs * int8multirange(int8range(case when a.first_epoch = i.epoch then a.first_seq end, null)) as seqs
     from devices.device_attachments a join devices.device_inboxes i on i.device_id = a.device_id
     where a.account_id = :accountId and a.device_id = :deviceId and a.detached_at is null) i,
     unnest(int8multirange(int8range(lower(i.seqs), upper(i.seqs))) - i.seqs) as g
   where lower(g) > coalesce(:after, -1) order by 1 limit :limit`,
});

/** Messages acknowledged and not kept. */
const dropView = {
  drop_id: uuid,
  reason: text,
  count: bigInteger,
  first_at: timestamp,
  last_at: timestamp,
  sample_base64: orNull(text),
};
interface TelemetryDropView extends Values<typeof dropView> {
  sample: string | null;
}

const dropColumns = listOf(dropView, 't', { sample_base64: "encode(t.sample_bytes, 'base64')" });
const dropPage = query({
  name: 'telemetry.drops',
  parameters: {
    ...deviceOfAccount,
    beforeLastAt: orNull(timestamp),
    beforeDropId: orNull(uuid),
    limit: integer,
  },
  row: dropView,
  text: `select ${dropColumns} from devices.telemetry_drops t
   where t.account_id = :accountId and t.device_id = :deviceId
     and (t.last_at, t.drop_id) < (coalesce(:beforeLastAt, 'infinity'), coalesce(:beforeDropId, platform.nil_uuid()))
   order by t.last_at desc, t.drop_id desc limit :limit`,
});

interface TelemetryPeriod {
  since: string | null;
  until: string | null;
}

/** A device's messages during the attachment to the account. */
export const telemetryViews = (scope: ReadScope, kinds: readonly MeasuredKind[]) => ({
  /** The message with the highest sequence number, and the reading that the kind has derived. */
  async latest(deviceId: string): Promise<LatestTelemetryView | undefined> {
    const [row] = await scope.read(latestMessage, { accountId: scope.accountId, deviceId });
    if (!row) return undefined;
    const { kind, accepted_no: _, ...message } = row;
    const { seq, received_at: receivedAt } = message;
    const views = kind === null ? undefined : findKind(kinds, { kind })?.views(scope);
    return { ...message, reading: (await views?.reading({ deviceId, seq, receivedAt })) ?? null };
  },

  /** Last received first; `before` is an accepted number. */
  history: (
    deviceId: string,
    { since, until }: TelemetryPeriod,
    before: number | null,
    limit: number,
  ): Promise<NumberedTelemetryView[]> =>
    scope.read(messagePage, {
      accountId: scope.accountId,
      deviceId,
      before,
      since,
      until,
      limit,
    }),

  /** Last first, before a time and an id. */
  async drops(
    deviceId: string,
    before: { lastAt: string; dropId: string } | null,
    limit: number,
  ): Promise<TelemetryDropView[]> {
    const rows = await scope.read(dropPage, {
      accountId: scope.accountId,
      deviceId,
      beforeLastAt: before?.lastAt ?? null,
      beforeDropId: before?.dropId ?? null,
      limit,
    });
    return rows.map((row) => {
      const bytes = row.sample_base64 === null ? null : Buffer.from(row.sample_base64, 'base64');
      return {
        ...row,
        sample: bytes?.toString('utf8') ?? null,
        sample_base64: bytes?.toString('base64') ?? null,
      };
    });
  },

  /** Lowest first, from after a sequence number. */
  gaps: (deviceId: string, after: number | null, limit: number): Promise<TelemetryGap[]> =>
    scope.read(gapPage, { accountId: scope.accountId, deviceId, after, limit }),
});
