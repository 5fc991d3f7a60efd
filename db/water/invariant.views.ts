import { holds, limitOfFound, rowsBy, type AdminConnection, type RowInvariant } from '../shared/invariant.js';

export const waterInvariants: readonly RowInvariant[] = [
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
    'an alert and its event',
    `select a.alert_id::text as found from water.alerts a where not exists (select 1 from platform.events e
       where e.event_type = 'ALERT_CREATED' and e.subject_id = a.alert_id::text)`,
  ),
  holds(
    'I5',
    'a message makes one reading at most, and none before its turn',
    `select r.device_id || ' ' || r.device_seq as found from water.reservoir_readings r where r.device_id is not null
       group by r.device_id, coalesce(r.device_epoch, 0), r.device_seq having count(*) > 1
     union all select r.device_id || ' ' || r.device_seq || ' early' from water.reservoir_readings r
       join water.device_telemetry_messages m on m.device_id = r.device_id and m.seq = r.device_seq
         and m.epoch = coalesce(r.device_epoch, 0)
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
       max(m.accepted_no) as last from water.device_telemetry_messages m group by 1) m using (device_id)
     left join (select m.device_id, m.epoch, range_agg(int8range(m.seq, m.seq, '[]')) as seqs
       from water.device_telemetry_messages m group by 1, 2) e using (device_id, epoch)
     where (coalesce(m.n, 0), coalesce(m.numbers, 0), coalesce(m.last, 0))
         is distinct from (i.accepted_to, i.accepted_to, i.accepted_to)
       or coalesce(e.seqs, '{}') + case when i.closed_below > 0
         then int8multirange(int8range(lower(i.seqs), i.closed_below)) else '{}' end <> i.seqs
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
  holds(
    'I9',
    'a message of a device is kept once',
    `select m.device_id || ' ' || m.seq as found from water.device_telemetry_messages m
     group by m.device_id, m.epoch, m.seq having count(*) > 1`,
  ),
  holds(
    'I11',
    'what a device sent is of an account that had it',
    `select m.device_id || ' ' || m.seq as found from water.device_telemetry_messages m where not exists (
       select 1 from water.device_attachments a where a.account_id = m.account_id and a.device_id = m.device_id
         and a.after_no < m.accepted_no)`,
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

const ordersByAge = `
  select o.order_id as "orderId", o.account_id as "buyerAccountId", o.seller_account_id as "sellerAccountId", o.status, o.version,
    o.next_deadline as "nextDeadline", o.overdue_at as "overdueAt", o.delivered_at as "deliveredAt",
    o.buyer_confirmation as "buyerConfirmation", o.seller_confirmation as "sellerConfirmation",
    (select json_agg(json_build_object('event_type', e.event_type, 'payload', e.payload) order by e.subject_seq)
     from platform.events e where e.subject_type = 'order' and e.subject_id = o.order_id::text) as events
  from water.orders o order by o.order_id desc limit $1`;

export function createWaterInvariantViews(admin: AdminConnection) {
  const rows = rowsBy(admin);
  return {
    /** The newest orders as their rows say, with the events that tell of them. */
    orders: <Row extends OrderTold>(limit: number) => rows<Row>(ordersByAge, [limit]),

    /** Devices whose messages were derived, the most recent first. */
    devices: (limit: number) =>
      rows<{ deviceId: string; derivedTo: number }>(
        `select i.device_id as "deviceId", i.derived_to as "derivedTo" from water.device_inboxes i
         where i.derived_to > 0 order by i.device_id limit $1`,
        [limit],
      ),

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
  };
}
