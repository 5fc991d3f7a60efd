import type { Order } from '../../workflows/water/order.contract.js';
import type { Holds } from '../../workflows/water/hold-limit.rules.js';
import { canonicalJson } from '../../workflows/shared/canonical-json.js';
import { orderAfter, type OrderChange } from '../../workflows/water/order-change.rules.js';
import type { OrderStep, TransitionOutcome } from '../../workflows/water/order-transition.contract.js';
import { statement, type Transaction } from '../shared/database.js';
import { runHot } from '../shared/hot.js';
import { runTelling, telling } from '../shared/outbox.js';
import { orderCreated, transitionEvent } from './order.events.js';
import type { OrderModel } from './order.model.js';
import { offer, toOffer, type Offer, type OfferRow } from './stock.views.js';

export type NewOrder = Pick<
  OrderModel,
  | 'accountId'
  | 'orderId'
  | 'orderCode'
  | 'sellerAccountId'
  | 'sellerReservoirId'
  | 'sellerDisplayName'
  | 'targetReservoirId'
  | 'requestedFillMode'
  | 'requestedVolumeLiters'
  | 'priceRuleId'
  | 'priceQuoteTotalMinor'
  | 'currency'
  | 'nextDeadline'
  | 'createdBy'
  | 'createdAt'
>;

const offered = statement(
  'orders.offer',
  `
  select o.*, h.orders_of_buyer as "ordersOfBuyer", h.liters_of_buyer as "litersOfBuyer",
    h.orders_with_seller as "ordersWithSeller", h.liters_with_seller as "litersWithSeller", h.pending_liters as "pendingLiters",
    o.available_liters + (select coalesce(sum(t.requested_volume_liters), 0) from water.orders t
      where t.seller_account_id = :account and t.seller_reservoir_id = :reservoir
        and t.status in ('CREATED', 'ACCEPTED', 'DISPUTED') and t.delivered_at is null) as "stockLiters"
  from (${offer({ account: ':account', reservoir: ':reservoir', currency: ':currency', liters: ':liters' })}) o
  cross join water.open_holds(:buyerContext, :buyer, :account, :reservoir) h`,
);

/** Apart from the other advisory locks. */
const buyerLocks = 7_263;

// The buyer first, then the stock, for every order: so no two wait for each other. A first attempt that committed while this one waited is not seen here; then the primary key stops this one.
const lockStock = statement(
  'orders.lock_stock',
  `
  with buyer as materialized (select pg_advisory_xact_lock(hashtextextended(:buyer, ${buyerLocks})))
  select exists (select 1 from water.orders o where o.account_id = :buyer and o.order_id = :order) as "isPlaced"
  from buyer, water.seller_reservoirs s where s.account_id = :account and s.reservoir_id = :reservoir for update of s`,
);

/** An order as its workflow knows it. */
export const asOrder = `o.order_id as "orderId", o.order_code as "orderCode", o.account_id as "buyerAccountId",
  o.seller_account_id as "sellerAccountId", o.seller_reservoir_id as "sellerReservoirId", o.status, o.version,
  o.next_deadline as "nextDeadline", o.requested_volume_liters as "requestedVolumeLiters",
  o.price_quote_total_minor as "priceQuoteTotalMinor", o.currency, o.created_at as "createdAt", o.accepted_at as "acceptedAt",
  o.delivered_at as "deliveredAt", o.delivered_volume_liters as "deliveredVolumeLiters", o.reminders_sent as "remindersSent",
  o.overdue_at as "overdueAt", o.buyer_confirmation as "buyerConfirmation", o.seller_confirmation as "sellerConfirmation",
  o.dispute, o.resolution`;

const insertOrder = telling(
  statement(
    'orders.place',
    `
    insert into water.orders as o (account_id, order_id, order_code, seller_account_id, seller_reservoir_id, seller_display_name,
      target_reservoir_id, requested_fill_mode, requested_volume_liters, price_rule_id, price_quote_total_minor, currency, status,
      next_deadline, created_by, created_at)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'CREATED', ?, ?, ?) returning ${asOrder}`,
  ),
);

const findOrder = statement(
  'orders.find',
  `select ${asOrder} from water.orders o where o.account_id = ? and o.order_id = ?`,
);

// Names every field that a step may change, so that one prepared statement serves them all. What the step started from, and its
// events tell, must be the row's: the workflow that says so may be somebody else's.
const moveOrder = telling(
  statement(
    'orders.transition',
    `
    update water.orders o set status = ?, next_deadline = ?::timestamptz, accepted_at = ?::timestamptz,
      cancelled_at = coalesce(?::timestamptz, o.cancelled_at), delivered_at = ?::timestamptz, delivered_volume_liters = ?,
      reminders_sent = ?, overdue_at = ?::timestamptz, buyer_confirmation = ?::jsonb, seller_confirmation = ?::jsonb,
      dispute = ?::jsonb, resolution = ?::jsonb, version = o.version + 1, updated_at = ?::timestamptz
    where o.account_id = ? and o.order_id = ? and o.version = ?
      and row(o.order_code, o.seller_account_id, o.seller_reservoir_id, o.status, o.next_deadline, o.requested_volume_liters,
          o.created_at, o.accepted_at, o.delivered_at, o.delivered_volume_liters, o.reminders_sent, o.overdue_at,
          o.buyer_confirmation, o.seller_confirmation, o.dispute, o.resolution)
        is not distinct from row(?, ?::uuid, ?::uuid, ?, ?::timestamptz, ?::double precision,
          ?::timestamptz, ?::timestamptz, ?::timestamptz, ?::double precision, ?::integer, ?::timestamptz,
          ?::jsonb, ?::jsonb, ?::jsonb, ?::jsonb)
    returning o.version`,
  ),
);

interface Asked {
  account: string;
  reservoir: string;
  currency: string;
  liters: number;
  buyer: string;
  buyerContext: string;
}

/** Only an order's workflow writes orders, through its activities, in the seller's context: the stock is there. */
export function createOrderStore(trx: Transaction) {
  const get = async (accountId: string, orderId: string): Promise<Order> => {
    const [order] = await runHot<Order>(trx, findOrder, [accountId, orderId]);
    if (!order) throw new Error('an order that was placed has no row');
    return order;
  };

  return {
    get,

    /**
     * Holds the reservoir's stock and the buyer's holds still until the transaction ends; undefined when it is not for sale
     * at all. A statement of its own: only the one after it sees what the transaction it waited for has sold.
     */
    async lockStock(of: { account: string; reservoir: string; buyer: string; order: string }) {
      const [stock] = await runHot<{ isPlaced: boolean }>(trx, lockStock, of);
      return stock;
    },

    /** What the seller offers, and what the buyer holds already; `buyerContext` is signed for this connection. */
    async offer(of: Asked): Promise<{ offer: Offer; holds: Holds } | undefined> {
      const [found] = await runHot<OfferRow & Holds>(trx, offered, of as Asked & Record<string, unknown>);
      return found && { offer: toOffer(found), holds: found };
    },

    async place(order: NewOrder): Promise<Order> {
      const { accountId, orderId, sellerAccountId, sellerReservoirId, targetReservoirId, priceRuleId, currency } =
        order;
      const { requestedVolumeLiters, priceQuoteTotalMinor, nextDeadline, createdBy, createdAt } = order;
      const created = orderCreated.of({
        accountId,
        counterpartAccountId: sellerAccountId,
        subjectId: orderId,
        actorPrincipalId: createdBy,
        occurredAt: createdAt,
        payload: {
          order_id: orderId,
          seller_reservoir_id: sellerReservoirId,
          target_reservoir_id: targetReservoirId,
          price_rule_id: priceRuleId,
          requested_volume_liters: requestedVolumeLiters,
          price_quote_total_minor: priceQuoteTotalMinor,
          currency,
        },
      });
      const values = [
        ...[accountId, orderId, order.orderCode, sellerAccountId, sellerReservoirId, order.sellerDisplayName],
        ...[
          targetReservoirId,
          order.requestedFillMode,
          requestedVolumeLiters,
          priceRuleId,
          priceQuoteTotalMinor,
          currency,
        ],
        ...[nextDeadline, createdBy, createdAt],
      ];
      const [placed] = await runTelling<Order>(trx, insertOrder, values, [created]);
      if (!placed) throw new Error('an insert without its row');
      return placed;
    },

    /** Moves the row that is as the step starts from it, with its events; one that is anything else is only answered. */
    async transition(
      before: Order,
      step: OrderStep,
      { patch, events }: OrderChange,
      occurredAt: string,
    ): Promise<TransitionOutcome> {
      const { buyerAccountId, orderId, version } = before;
      const { cancelledAt = null } = patch;
      // What the row becomes if it is still so; its events are told only then.
      const after = orderAfter(before, patch);
      const values = [
        ...[after.status, after.nextDeadline, after.acceptedAt, cancelledAt, after.deliveredAt],
        ...[after.deliveredVolumeLiters, after.remindersSent, after.overdueAt],
        ...[after.buyerConfirmation, after.sellerConfirmation, after.dispute, after.resolution].map(asJson),
        ...[occurredAt, buyerAccountId, orderId, version],
        ...standingOf(before),
      ];
      const principalId = 'actor' in step ? step.actor.principalId : null;
      const told = events.map((type) => transitionEvent(type, after, principalId, occurredAt));
      const [moved] = await runTelling(trx, moveOrder, values, told);
      if (moved) return undefined;
      const row = await get(buyerAccountId, orderId);
      // Adopted, it would be told as it is now, and be refused again without end.
      if (canonicalJson(row) === canonicalJson(before))
        throw new Error('an order is as its step found it, and did not move');
      return row;
    },
  };
}

/** In the order of `orders.transition`. */
const standingOf = (order: Order): unknown[] => [
  order.orderCode,
  order.sellerAccountId,
  order.sellerReservoirId,
  order.status,
  order.nextDeadline,
  order.requestedVolumeLiters,
  order.createdAt,
  order.acceptedAt,
  order.deliveredAt,
  order.deliveredVolumeLiters,
  order.remindersSent,
  order.overdueAt,
  asJson(order.buyerConfirmation),
  asJson(order.sellerConfirmation),
  asJson(order.dispute),
  asJson(order.resolution),
];
const asJson = (value: object | null): string | null => (value === null ? null : JSON.stringify(value));
