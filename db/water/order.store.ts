import type { FillMode, Order } from '../../workflows/water/order.contract.js';
import type { Holds } from '../../workflows/water/hold-limit.rules.js';
import { canonicalJson } from '../../workflows/shared/canonical-json.js';
import { orderAfter, type OrderChange } from '../../workflows/water/order-change.rules.js';
import type {
  OrderStep,
  TransitionOutcome,
} from '../../workflows/water/order-transition.contract.js';
import {
  bigInteger,
  boolean,
  columnList,
  columnName,
  float,
  integer,
  listOf,
  orNull,
  parameterList,
  text,
  textOf,
  timestamp,
  uuid,
  type Values,
} from '../connection/column.js';
import type { WriteScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { change, runChange } from '../shared/outbox.js';
import { orderCreated, transitionEvent } from './order.events.js';
import { changingColumns, holdsStock, orderColumns, orderRow, stepColumns } from './order.row.js';
import { offerParameters, offerRow, offerText, type Offer } from './stock.views.js';

const holdsRow = {
  ordersOfBuyer: integer,
  litersOfBuyer: float,
  ordersWithSeller: integer,
  litersWithSeller: float,
  pendingLiters: float,
};

const buyersOffer = { ...offerParameters, buyerAccountId: uuid, buyerContext: text };
const offerToBuyer = query({
  name: 'orders.offer',
  parameters: buyersOffer,
  row: { ...offerRow, ...holdsRow, stockLiters: float },
  text: `select f.*, ${listOf(holdsRow, 'h')},
     f.available_liters + (select coalesce(sum(o.requested_volume_liters), 0) from water.orders o
       where o.seller_account_id = :sellerAccountId and o.seller_reservoir_id = :sellerReservoirId and ${holdsStock}) as stock_liters
   from (${offerText}) f
   cross join water.open_holds(:buyerContext, :buyerAccountId, :sellerAccountId, :sellerReservoirId) h`,
});

/** Apart from the other advisory locks. */
const buyerLocks = 7_263;

const stockOfOrder = {
  buyerAccountId: uuid,
  orderId: uuid,
  sellerAccountId: uuid,
  sellerReservoirId: uuid,
};
const lockedStock = query({
  name: 'orders.lock_stock',
  parameters: stockOfOrder,
  row: { isPlaced: boolean },
  text: `select water.lock_stock(hashtextextended(cast(:buyerAccountId as text), ${buyerLocks}),
     :buyerAccountId, :orderId, :sellerAccountId, :sellerReservoirId) as is_placed`,
});

const newOrder = {
  accountId: uuid,
  orderId: uuid,
  orderCode: text,
  sellerAccountId: uuid,
  sellerReservoirId: uuid,
  sellerDisplayName: text,
  targetReservoirId: orNull(uuid),
  requestedFillMode: textOf<FillMode>(),
  requestedVolumeLiters: float,
  priceRuleId: uuid,
  priceQuoteTotalMinor: bigInteger,
  currency: text,
  nextDeadline: timestamp,
  createdBy: uuid,
  createdAt: timestamp,
};
type NewOrder = Values<typeof newOrder>;

const placeOrder = change({
  name: 'orders.place',
  parameters: newOrder,
  row: orderRow,
  text: `insert into water.orders as o (${columnList(newOrder)}, status)
   values (${parameterList(newOrder)}, 'CREATED') returning ${orderColumns}`,
});

const orderById = query({
  name: 'orders.find',
  parameters: { buyerAccountId: uuid, orderId: uuid },
  row: orderRow,
  text: `select ${orderColumns} from water.orders o where o.account_id = :buyerAccountId and o.order_id = :orderId`,
});

/**
 * Parameters of a step's start beside the parameters of the end: `beforeStatus` beside `status`.
 */
type Before<Values> = {
  [Field in keyof Values & string as `before${Capitalize<Field>}`]: Values[Field];
};
const beforeName = (field: string): string =>
  `before${field.charAt(0).toUpperCase()}${field.slice(1)}`;
const columnsBefore = Object.fromEntries(
  Object.entries(stepColumns).map(([field, column]) => [beforeName(field), column]),
) as Before<typeof stepColumns>;
const valuesBefore = (order: Order) =>
  Object.fromEntries(
    Object.keys(stepColumns).map((field) => [beforeName(field), order[field as keyof Order]]),
  ) as Before<Values<typeof stepColumns>>;

// Names every field that a step may change, so that one prepared query serves all steps. The start
// of the step, with the fields in events, must match the row: the calling workflow may be a
// stranger's.
const moveOrder = change({
  name: 'orders.transition',
  parameters: {
    ...changingColumns,
    ...columnsBefore,
    cancelledAt: orNull(timestamp),
    occurredAt: timestamp,
    buyerAccountId: uuid,
    orderId: uuid,
    version: integer,
  },
  row: { version: integer },
  text: `update water.orders o set
     ${Object.keys(changingColumns)
       .map((field) => `${columnName(field)} = :${field}`)
       .join(', ')},
     cancelled_at = coalesce(:cancelledAt, o.cancelled_at), version = o.version + 1, updated_at = :occurredAt
   where o.account_id = :buyerAccountId and o.order_id = :orderId and o.version = :version
     and row(${listOf(stepColumns, 'o')}) is not distinct from row(${parameterList(columnsBefore)})
   returning o.version`,
});

/**
 * Only an order's workflow writes orders, through activities, in the scope of both parties: the
 * stock is the seller's, and the row the buyer's.
 */
export function orderStore(scope: WriteScope) {
  const get = async (buyerAccountId: string, orderId: string): Promise<Order> => {
    const [order] = await scope.read(orderById, { buyerAccountId, orderId });
    if (!order) throw new Error('an order that was placed has no row');
    return order;
  };

  return {
    get,

    /**
     * Locks the reservoir's stock and the buyer's holds until the transaction ends; true if an
     * earlier attempt has placed the order. A query of its own: only the next query sees the sales
     * of the transaction before.
     */
    async lockStock(asked: Values<typeof stockOfOrder>): Promise<boolean> {
      const [stock] = await scope.run(lockedStock, asked);
      return stock?.isPlaced === true;
    },

    /** The seller's offer and the buyer's holds; `buyerContext` is signed for this connection. */
    async offer(
      asked: Values<typeof buyersOffer>,
    ): Promise<{ offer: Offer; holds: Holds } | undefined> {
      const [found] = await scope.run(offerToBuyer, asked);
      return found && { offer: found, holds: found };
    },

    async place(order: NewOrder): Promise<Order> {
      const [placed] = await runChange(scope, placeOrder, order, [createdEvent(order)]);
      if (!placed) throw new Error('an insert without its row');
      return placed;
    },

    /**
     * Moves the row that matches the start of the step, with the events; any other row is only
     * answered.
     */
    async transition(
      before: Order,
      step: OrderStep,
      { patch, events }: OrderChange,
      occurredAt: string,
    ): Promise<TransitionOutcome> {
      const { buyerAccountId, orderId, version } = before;
      // The row after the step; the events are emitted only if the row is still at the start.
      const after = orderAfter(before, patch);
      const principalId = 'actor' in step ? step.actor.principalId : null;
      const told = events.map((type) => transitionEvent(type, after, principalId, occurredAt));
      const parameters = {
        ...after,
        ...valuesBefore(before),
        cancelledAt: patch.cancelledAt ?? null,
        occurredAt,
        version,
      };
      const [moved] = await runChange(scope, moveOrder, parameters, told);
      if (moved) return undefined;
      const row = await get(buyerAccountId, orderId);
      // An adopted row would be answered unchanged, and be refused again without end.
      if (canonicalJson(row) === canonicalJson(before))
        throw new Error('an order is as its step found it, and did not move');
      return row;
    },
  };
}

const createdEvent = (order: NewOrder) =>
  orderCreated.of({
    accountId: order.accountId,
    counterpartAccountId: order.sellerAccountId,
    subjectId: order.orderId,
    actorPrincipalId: order.createdBy,
    occurredAt: order.createdAt,
    payload: {
      order_id: order.orderId,
      seller_reservoir_id: order.sellerReservoirId,
      target_reservoir_id: order.targetReservoirId,
      price_rule_id: order.priceRuleId,
      requested_volume_liters: order.requestedVolumeLiters,
      price_quote_total_minor: order.priceQuoteTotalMinor,
      currency: order.currency,
    },
  });
