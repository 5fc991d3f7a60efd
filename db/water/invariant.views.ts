import {
  arrayOf,
  builtJson,
  integer,
  orNull,
  text,
  uuid,
  type Values,
} from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { holds, type RowInvariant } from '../shared/invariant.js';
import { orderColumns, orderRow } from './order.row.js';

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
    'I5',
    'a message makes one reading at most, and none before its turn',
    `select r.device_id || ' ' || r.device_seq as found from water.reservoir_readings r where r.device_id is not null
       group by r.device_id, coalesce(r.device_epoch, 0), r.device_seq having count(*) > 1
     union all select r.device_id || ' ' || r.device_seq || ' early' from water.reservoir_readings r
       join devices.device_telemetry_messages m on m.device_id = r.device_id and m.seq = r.device_seq
         and m.epoch = coalesce(r.device_epoch, 0)
       join devices.device_inboxes i on i.device_id = r.device_id where m.accepted_no > i.derived_to`,
  ),
  holds(
    'I5',
    'a level change that was delivered raises one alert',
    `select e.event_id::text as found from platform.events e
     where e.event_type = 'RESERVOIR_LEVEL_STATE_CHANGED'
       and exists (select 1 from platform.deliveries d where d.event_id = e.event_id
         and d.consumer_id = 'internal/level-alerts' and d.state = 'SENT')
       and exists (select 1 from water.reservoirs r where r.account_id = e.account_id and r.reservoir_id::text = e.subject_id)
       and (select count(*) from notifications.alerts a where a.account_id = e.account_id and a.event_id = e.event_id) <> 1`,
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
  holds(
    'I7',
    'a rating is the sum of its reviews',
    `select p.account_id::text as found from water.seller_profiles p
     left join (select v.seller_account_id, sum(v.rating) as total, count(*) as n
       from water.order_reviews v where v.author_party = 'BUYER' group by 1) v on v.seller_account_id = p.account_id
     where (p.rating_sum, p.review_count) is distinct from (coalesce(v.total, 0), coalesce(v.n, 0))`,
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
    'notes and reviews are of the parties of their order',
    `select n.note_id::text as found from water.order_notes n join water.orders o using (account_id, order_id)
       where n.seller_account_id <> o.seller_account_id
     union all select v.review_id::text from water.order_reviews v join water.orders o using (account_id, order_id)
       where v.seller_account_id <> o.seller_account_id`,
  ),
];

const orderWithEvents = {
  ...orderRow,
  /** In the order of their numbers; null for an order without events. */
  events: orNull(builtJson<{ event_type: string; payload: Record<string, unknown> }[]>()),
};
export type OrderWithEvents = Values<typeof orderWithEvents>;

const newestOrders = query({
  name: 'invariants.newest_orders',
  parameters: { limit: integer },
  row: orderWithEvents,
  text: `
  select ${orderColumns}, (
    select json_agg(json_build_object('event_type', e.event_type, 'payload', e.payload)
      order by e.subject_seq)
    from platform.events e
    where e.subject_type = 'order' and e.subject_id = o.order_id::text) as events
  from water.orders o order by o.order_id desc limit :limit`,
});
const eventTypes = query({
  name: 'invariants.event_types_of_orders',
  parameters: { orderIds: arrayOf(uuid) },
  row: { orderId: uuid, types: arrayOf(text) },
  text: `
  select o.order_id, array(
    select e.event_type from platform.events e
    where e.subject_type = 'order' and e.subject_id = o.order_id::text
    order by e.subject_seq) as types
  from water.orders o where o.order_id = any(:orderIds)`,
});

/** In a scope that sees past every policy. */
export const waterInvariantViews = (scope: ReadScope) => ({
  /** The newest orders by their rows, with the events of each order. */
  orders: (limit: number): Promise<OrderWithEvents[]> => scope.read(newestOrders, { limit }),

  /**
   * The given orders without a row, and the promised events of the orders missing or out of
   * place.
   */
  async ordersLost(promised: ReadonlyMap<string, readonly string[]>): Promise<string[]> {
    const known = await scope.read(eventTypes, { orderIds: [...promised.keys()] });
    const typesOf = new Map(known.map(({ orderId, types }) => [orderId, types]));
    return [...promised].flatMap(([orderId, types]) => {
      const found = typesOf.get(orderId);
      if (found === undefined) return [`order ${orderId}`];
      return types.every((type, at) => found[at] === type)
        ? []
        : [`order ${orderId}: ${String(types)} ≠ ${String(found)}`];
    });
  },
});
