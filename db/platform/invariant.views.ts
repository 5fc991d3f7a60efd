import type pg from 'pg';
import { auditExportKeptDays } from '../../workflows/platform/audit-export.contract.js';

export const invariants = {
  I1: 'what was acknowledged has its row',
  I2: 'a row and its event are there together',
  I3: 'an event is sent within a minute, in its turn, or is a dead letter',
  I4: 'what was started has a workflow, or an end that is written down',
  I5: 'a step has one effect',
  I6: 'whatever runs has one open workflow, and the reverse',
  I7: 'what is derived is what its events and readings make of it',
  I8: 'a subject’s events are numbered without a gap',
  I9: 'a message that was acknowledged is there once',
  I10: 'the audit chain verifies',
  I11: 'a row is of the account that what it belongs to is of',
} as const;
export type InvariantId = keyof typeof invariants;

/** What breaks it, by ids only. */
export interface RowInvariant {
  id: InvariantId;
  says: string;
  query: string;
}
const holds = (id: InvariantId, says: string, query: string): RowInvariant => ({ id, says, query });

/** What must hold of the rows at any moment, each in one statement and so in one snapshot; what is found breaks it. */
export const rowInvariants: readonly RowInvariant[] = [
  holds(
    'I2',
    'an order and its first event',
    `select o.order_id::text as found from water.orders o where not exists (select 1 from platform.events e
       where e.subject_type = 'order' and e.subject_id = o.order_id::text and e.event_type = 'ORDER_CREATED')
     union all select e.subject_id from platform.events e where e.event_type = 'ORDER_CREATED'
       and not exists (select 1 from water.orders o where o.order_id::text = e.subject_id)`,
  ),
  holds(
    'I2',
    'a code that was asked for and its event',
    `select t.token_id::text as found from identity.tokens t where not exists (select 1 from platform.events e
       where e.event_type = 'OTP_DELIVERY_REQUESTED' and e.subject_id = t.token_id::text)`,
  ),
  holds(
    'I2',
    'an alert and its event',
    `select a.alert_id::text as found from water.alerts a where not exists (select 1 from platform.events e
       where e.event_type = 'ALERT_CREATED' and e.subject_id = a.alert_id::text)`,
  ),
  holds(
    'I2',
    'an export that was asked for and its event',
    `select e.export_id::text as found from platform.audit_exports e where not exists (select 1 from platform.events v
       where v.subject_type = 'audit-export' and v.subject_id = e.export_id::text and v.event_type = 'AUDIT_EXPORT_REQUESTED')`,
  ),
  holds(
    'I3',
    'an event is dispatched',
    `select e.event_type || ' ' || e.event_id as found from platform.events e
     where e.dispatched_at is null and e.dead_lettered_at is null and e.available_at < now() - interval '1 minute'`,
  ),
  holds(
    'I3',
    'a delivery is sent, or a dead letter holds its lane',
    `select d.consumer_id || ' ' || d.event_id as found from platform.deliveries d join platform.lanes l using (lane_id)
     join platform.consumers c on c.consumer_id = d.consumer_id and c.status = 'ACTIVE' and c.paused_until is null
     where d.state = 'PENDING' and d.created_at < now() - interval '1 minute' and l.due_at is distinct from 'infinity'`,
  ),
  holds(
    'I3',
    'a lane waits exactly while something is in it, and is held exactly by a dead letter',
    `select l.consumer_id || ' ' || l.subject_type || '/' || l.subject_id as found from platform.lanes l
     where (l.due_at = 'infinity') is distinct from (exists (select 1 from platform.deliveries d where d.lane_id = l.lane_id
         and d.state = 'DEAD' and d.released_at is null)) and l.due_at is not null
       or l.due_at is null and exists (select 1 from platform.deliveries d where d.lane_id = l.lane_id and d.state = 'PENDING')`,
  ),
  // A rewound event comes again: only deliveries of the same turn are in order, and none behind what people let go by.
  holds(
    'I3',
    'no event overtakes the one before it',
    `select d.consumer_id || ' ' || d.event_id as found from (
       select d.*, lag(d.finished_at, 1, '-infinity') over lane as before, lag(d.state) over lane as "stateBefore",
         lag(d.created_at) over lane as "createdBefore", lag(d.released_at) over lane as "releasedBefore"
       from (select t.*, row_number() over (partition by t.consumer_id, t.event_id order by t.created_at, t.delivery_id) as turn
         from platform.deliveries t) d
       window lane as (partition by d.lane_id, d.turn order by d.subject_seq)) d
     where d.state = 'SENT' and d."createdBefore" <= d.created_at and d."releasedBefore" is null
       and (d."stateBefore" in ('PENDING', 'DEAD') or d.before > d.finished_at)`,
  ),
  holds(
    'I5',
    'a message makes one reading at most, and none before its turn',
    `select r.device_id || ' ' || r.device_seq as found from water.reservoir_readings r where r.device_id is not null
       group by r.device_id, r.device_seq having count(*) > 1
     union all select r.device_id || ' ' || r.device_seq || ' early' from water.reservoir_readings r
       join water.device_telemetry_messages m on m.device_id = r.device_id and m.seq = r.device_seq
       join water.device_inboxes i on i.device_id = r.device_id where m.accepted_no > i.derived_to`,
  ),
  holds(
    'I5',
    'a level change that was delivered raises one alert',
    `select e.event_id::text as found from platform.events e
     where e.event_type = 'RESERVOIR_LEVEL_STATE_CHANGED'
       and exists (select 1 from platform.deliveries d where d.event_id = e.event_id
         and d.consumer_id = 'internal/level-alerts' and d.state = 'SENT')
       and exists (select 1 from water.reservoirs r where r.account_id = e.account_id and r.reservoir_id::text = e.subject_id)
       and (select count(*) from water.alerts a where a.account_id = e.account_id and a.event_id = e.event_id) <> 1`,
  ),
  holds(
    'I5',
    'what a circuit breaker did and was delivered raises one alert',
    `select e.event_id::text as found from platform.events e
     where e.event_type in ('WEBHOOK_SUSPENDED', 'WEBHOOK_RECOVERED', 'WEBHOOK_DISABLED')
       and exists (select 1 from platform.deliveries d where d.event_id = e.event_id
         and d.consumer_id = 'internal/webhook-alerts' and d.state = 'SENT')
       and exists (select 1 from platform.webhooks w where w.account_id = e.account_id and w.webhook_id::text = e.subject_id)
       and (select count(*) from water.alerts a where a.account_id = e.account_id and a.event_id = e.event_id) <> 1`,
  ),
  holds(
    'I7',
    'an inbox knows exactly its messages',
    `select i.device_id as found from water.device_inboxes i
     left join (select m.device_id, count(*) as n, count(distinct m.accepted_no) as numbers, min(m.accepted_no) as first,
       max(m.accepted_no) as last, range_agg(int8range(m.seq, m.seq, '[]')) as seqs
       from water.device_telemetry_messages m group by 1) m using (device_id)
     where (coalesce(m.n, 0), coalesce(m.numbers, 0), coalesce(m.last, 0), coalesce(m.seqs, '{}'))
         is distinct from (i.accepted_to, i.accepted_to, i.accepted_to, i.seqs)
       or m.first > 1 or i.derived_to > i.accepted_to or i.signalled_to > i.accepted_to`,
  ),
  holds(
    'I7',
    'a level is what the last reading that moved it said',
    `select l.reservoir_id::text as found from water.reservoir_levels l join water.reservoir_readings r using (account_id, reading_id)
     where (l.level_pct, l.recorded_at) is distinct from (r.level_pct, r.recorded_at)`,
  ),
  holds(
    'I7',
    'a level state is the one last told',
    `select l.reservoir_id::text as found from water.reservoir_levels l
     join lateral (select e.payload ->> 'level_state' as told from platform.events e
       where e.event_type = 'RESERVOIR_LEVEL_STATE_CHANGED' and e.subject_type = 'reservoir' and e.subject_id = l.reservoir_id::text
       order by e.subject_seq desc limit 1) e on true
     where e.told is distinct from l.level_state`,
  ),
  // A death is told by an event, except of such news, and that event's delivery to whoever raises the alert is not kept for ever.
  holds(
    'I7',
    'a dead letter that holds a lane of a webhook has an open alert',
    `select d.delivery_id::text as found from platform.deliveries d
     join platform.webhooks w on w.account_id = d.account_id and 'webhook/' || w.webhook_id = d.consumer_id
     where d.state = 'DEAD' and d.released_at is null
       and exists (select 1 from platform.events e join platform.deliveries t on t.event_id = e.event_id
           and t.consumer_id = 'internal/webhook-alerts' and t.state = 'SENT'
         where e.event_type = 'DELIVERY_DIED' and e.subject_type = 'delivery' and e.subject_id = d.delivery_id::text
           and e.occurred_at >= d.dead_at)
       and not exists (select 1 from water.alerts a where a.account_id = w.account_id and a.subject_type = 'webhook'
         and a.subject_id = w.webhook_id::text and a.message_key = 'webhook.dead_letter' and a.resolved_at is null)`,
  ),
  holds(
    'I7',
    'a rating is the sum of its reviews',
    `select p.account_id::text as found from water.seller_profiles p
     left join (select v.seller_account_id, sum(v.rating) as total, count(*) as n
       from water.order_reviews v where v.author_party = 'BUYER' group by 1) v on v.seller_account_id = p.account_id
     where (p.rating_sum, p.review_count) is distinct from (coalesce(v.total, 0), coalesce(v.n, 0))`,
  ),
  // Past its time it is being removed.
  holds(
    'I7',
    'an export that is done has all its files',
    `select e.export_id::text as found from platform.audit_exports e where e.status = 'DONE'
       and e.finished_at > now() - make_interval(days => ${auditExportKeptDays}) and (select count(*) from platform.objects o
         where o.account_id = e.account_id and o.object_id in (e.entries_object_id, e.manifest_object_id, e.signature_object_id)) < 3`,
  ),
  holds(
    'I7',
    'what a plan counts is what there is',
    `select f.account_id || ' ' || f.resource || ': ' || f.used || ' ≠ ' || f.counted as found from identity.usage_faults() f`,
  ),
  holds(
    'I8',
    'from one to the last that was given out',
    `select s.subject_type || '/' || s.subject_id as found from platform.event_subjects s
     left join (select e.subject_type, e.subject_id, count(*) as n, count(distinct e.subject_seq) as seqs,
       min(e.subject_seq) as first, max(e.subject_seq) as last from platform.events e group by 1, 2) e
       using (subject_type, subject_id)
     where (e.n, e.seqs, e.first, e.last) is distinct from (s.last_seq, s.last_seq, 1::bigint, s.last_seq)`,
  ),
  holds(
    'I9',
    'a message of a device is kept once',
    `select m.device_id || ' ' || m.seq as found from water.device_telemetry_messages m
     group by m.device_id, m.seq having count(*) > 1`,
  ),
  holds(
    'I11',
    'what a device sent is of an account that had it',
    `select m.device_id || ' ' || m.seq as found from water.device_telemetry_messages m where not exists (
       select 1 from water.device_attachments a where a.account_id = m.account_id and a.device_id = m.device_id
         and a.attached_at <= m.received_at and coalesce(a.detached_at, 'infinity') >= m.received_at)`,
  ),
  holds(
    'I11',
    'a reading is of the account of its reservoir',
    `select r.reading_id::text as found from water.reservoir_readings r join water.reservoirs v using (reservoir_id)
     where r.account_id <> v.account_id`,
  ),
  holds(
    'I11',
    'an event is of the accounts of its order',
    `select e.event_id::text as found from platform.events e join water.orders o on o.order_id::text = e.subject_id
     where e.subject_type = 'order' and (e.account_id, e.counterpart_account_id) is distinct from (o.account_id, o.seller_account_id)`,
  ),
  holds(
    'I11',
    'an event is of the account of its reservoir',
    `select e.event_id::text as found from platform.events e join water.reservoirs v on v.reservoir_id::text = e.subject_id
     where e.subject_type = 'reservoir' and e.account_id is distinct from v.account_id`,
  ),
  holds(
    'I11',
    'an alert is of an account of its event',
    `select a.alert_id::text as found from water.alerts a join platform.events e using (event_id)
     where a.account_id is distinct from e.account_id and a.account_id is distinct from e.counterpart_account_id`,
  ),
  holds(
    'I11',
    'a delivery is of its consumer’s account, and its event one that this account may see',
    `select d.delivery_id::text as found from platform.deliveries d join platform.consumers c using (consumer_id)
     join platform.events e using (event_id)
     where d.account_id is distinct from coalesce(c.account_id, e.account_id)
       or c.account_id not in (coalesce(e.account_id, platform.nil_uuid()), coalesce(e.counterpart_account_id, platform.nil_uuid()))`,
  ),
  holds(
    'I11',
    'notes and reviews are of the parties of their order',
    `select n.note_id::text as found from water.order_notes n join water.orders o using (account_id, order_id)
       where n.seller_account_id <> o.seller_account_id
     union all select v.review_id::text from water.order_reviews v join water.orders o using (account_id, order_id)
       where v.seller_account_id <> o.seller_account_id`,
  ),
];

export interface OrderTold {
  orderId: string;
  /** In their order. */
  events: { event_type: string; payload: Record<string, unknown> }[] | null;
}

const limitOfFound = 20;
const ordersByAge = `
  select o.order_id as "orderId", o.account_id as "buyerAccountId", o.seller_account_id as "sellerAccountId", o.status, o.version,
    o.next_deadline as "nextDeadline", o.overdue_at as "overdueAt", o.delivered_at as "deliveredAt",
    o.buyer_confirmation as "buyerConfirmation", o.seller_confirmation as "sellerConfirmation",
    (select json_agg(json_build_object('event_type', e.event_type, 'payload', e.payload) order by e.subject_seq)
     from platform.events e where e.subject_type = 'order' and e.subject_id = o.order_id::text) as events
  from water.orders o order by o.order_id desc limit $1`;

/** Over a connection that sees past every policy. Reads only. */
export function createInvariantViews(admin: Pick<pg.Pool, 'query'>) {
  const rows = async <Row extends object>(text: string, values: unknown[] = []) =>
    (await admin.query<Row>(text, values)).rows;
  return {
    /** At most twenty of what breaks it. */
    async breaches({ query }: RowInvariant): Promise<string[]> {
      const found = await rows<{ found: string }>(`select b.found from (${query}) b limit ${limitOfFound}`);
      return found.map((row) => row.found);
    },

    /** The newest orders as their rows say, with the events that tell of them. */
    orders: <Row extends OrderTold>(limit: number) => rows<Row>(ordersByAge, [limit]),

    /** Devices whose messages were derived, the most recent first. */
    devices: (limit: number) =>
      rows<{ deviceId: string; derivedTo: number }>(
        `select i.device_id as "deviceId", i.derived_to as "derivedTo" from water.device_inboxes i
         where i.derived_to > 0 order by i.device_id limit $1`,
        [limit],
      ),

    /** Codes whose delivery was started and has no end yet. */
    async startedDeliveries(limit: number): Promise<string[]> {
      const found = await rows<{ tokenId: string }>(
        `select t.token_id as "tokenId" from identity.tokens t join platform.events e on e.event_type = 'OTP_DELIVERY_REQUESTED'
           and e.subject_type = 'otp' and e.subject_id = t.token_id::text
         join platform.deliveries d on d.event_id = e.event_id and d.consumer_id = 'internal/otp-delivery' and d.state = 'SENT'
         where t.delivery_status = 'QUEUED' and t.used_at is null and t.revoked_at is null and t.expires_at > now()
         order by t.token_id desc limit $1`,
        [limit],
      );
      return found.map(({ tokenId }) => tokenId);
    },

    /** Exports whose writing was started and has no end yet. */
    async startedExports(limit: number): Promise<string[]> {
      const found = await rows<{ exportId: string }>(
        `select e.export_id as "exportId" from platform.audit_exports e join platform.events v
           on v.event_type = 'AUDIT_EXPORT_REQUESTED' and v.subject_type = 'audit-export' and v.subject_id = e.export_id::text
         join platform.deliveries d on d.event_id = v.event_id and d.consumer_id = 'internal/audit-exports' and d.state = 'SENT'
         where e.status = 'RUNNING' order by e.export_id desc limit $1`,
        [limit],
      );
      return found.map(({ exportId }) => exportId);
    },

    /** Of the given orders, those without a row, and of their promised events those that are missing or out of place. */
    async ordersLost(promised: ReadonlyMap<string, readonly string[]>): Promise<string[]> {
      const told = await rows<{ orderId: string; types: string[] }>(
        `select o.order_id as "orderId", array(select e.event_type from platform.events e where e.subject_type = 'order'
           and e.subject_id = o.order_id::text order by e.subject_seq) as types
         from water.orders o where o.order_id = any($1::uuid[])`,
        [[...promised.keys()]],
      );
      const typesOf = new Map(told.map(({ orderId, types }) => [orderId, types]));
      return [...promised].flatMap(([orderId, types]) => {
        const found = typesOf.get(orderId);
        if (found === undefined) return [`order ${orderId}`];
        return types.every((type, at) => found[at] === type)
          ? []
          : [`order ${orderId}: ${String(types)} ≠ ${String(found)}`];
      });
    },

    /** Of the given messages, those that are not there. */
    async messagesLost(deviceId: string, seqs: ReadonlySet<number>): Promise<string[]> {
      const lost = await rows<{ seq: number }>(
        `select s.seq from unnest($2::bigint[]) as s(seq) where not exists (select 1 from water.device_telemetry_messages m
           where m.device_id = $1 and m.seq = s.seq) order by s.seq limit ${limitOfFound}`,
        [deviceId, [...seqs]],
      );
      return lost.map(({ seq }) => `${deviceId} ${seq}`);
    },

    /** Of the given exports, those without a row. */
    async exportsLost(exportIds: ReadonlySet<string>): Promise<string[]> {
      const lost = await rows<{ id: string }>(
        `select g.id from unnest($1::uuid[]) as g(id)
         where not exists (select 1 from platform.audit_exports e where e.export_id = g.id) limit ${limitOfFound}`,
        [[...exportIds]],
      );
      return lost.map(({ id }) => `export ${id}`);
    },

    /** Of the given addresses, those that no user has. */
    async usersLost(emails: readonly string[]): Promise<string[]> {
      const lost = await rows<{ at: number }>(
        `select g.ordinal::int as at from unnest($1::text[]) with ordinality as g(email, ordinal)
         where not exists (select 1 from identity.users u where u.email = g.email::public.citext) limit ${limitOfFound}`,
        [emails],
      );
      return lost.map(({ at }) => `registration ${at}`);
    },
  };
}
export type InvariantViews = ReturnType<typeof createInvariantViews>;
