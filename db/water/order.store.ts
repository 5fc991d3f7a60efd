import type { Order } from '../../workflows/water/order.contract.js';
import type { OrderTransition, TransitionOutcome } from '../../workflows/water/order-transition.contract.js';
import { statement, type Transaction } from '../shared/database.js';
import { runHot } from '../shared/hot.js';
import { emitEvents } from '../shared/outbox.js';
import { orderCreated, transitionEvent } from './order.events.js';
import { OrderModel } from './order.model.js';
import { offer, toOffer, type OfferRow } from './stock.views.js';

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
  offer({ account: ':account', reservoir: ':reservoir', currency: ':currency', liters: ':liters' }),
);

// A first attempt that committed while this one waited is not seen here; then the primary key stops this one.
const lockStock = statement(
  'orders.lock_stock',
  `
  select exists (select 1 from water.orders o where o.account_id = :buyer and o.order_id = :order) as "isPlaced"
  from water.seller_reservoirs s where s.account_id = :account and s.reservoir_id = :reservoir for update of s`,
);

/** Only an order's workflow writes orders, through its activities, in the seller's context: the stock is there. */
export function createOrderStore(trx: Transaction) {
  const get = async (accountId: string, orderId: string): Promise<Order> => {
    const row = await OrderModel.query(trx).findById([accountId, orderId]);
    if (!row) throw new Error('an order that was placed has no row');
    return row.toOrder();
  };

  return {
    get,

    /**
     * Holds the reservoir's stock still until the transaction ends; undefined when it is not for sale at all. A statement
     * of its own: only the one after it sees what the transaction it waited for has sold.
     */
    async lockStock(of: { account: string; reservoir: string; buyer: string; order: string }) {
      const [stock] = await runHot<{ isPlaced: boolean }>(trx, lockStock, of);
      return stock;
    },

    async offer(of: { account: string; reservoir: string; currency: string; liters: number }) {
      const [found] = await runHot<OfferRow>(trx, offered, of);
      return found && toOffer(found);
    },

    async place(order: NewOrder): Promise<Order> {
      const placed = (
        await OrderModel.query(trx)
          .insert({ ...order, status: 'CREATED' })
          .returning('*')
      ).toOrder();
      await emitEvents(trx, [
        orderCreated.of({
          accountId: placed.buyerAccountId,
          counterpartAccountId: placed.sellerAccountId,
          subjectId: placed.orderId,
          actorPrincipalId: order.createdBy,
          occurredAt: placed.createdAt,
          payload: {
            order_id: placed.orderId,
            seller_reservoir_id: placed.sellerReservoirId,
            target_reservoir_id: order.targetReservoirId,
            price_rule_id: order.priceRuleId,
            requested_volume_liters: placed.requestedVolumeLiters,
            price_quote_total_minor: placed.priceQuoteTotalMinor,
            currency: placed.currency,
          },
        }),
      ]);
      return placed;
    },

    /** Moves the row from the version the step starts from, with its events; a row that is further on is only answered. */
    async transition(step: OrderTransition): Promise<TransitionOutcome> {
      const [row] = await OrderModel.query(trx)
        .patch({ ...step.patch, version: step.version + 1, updatedAt: step.occurredAt })
        .where({ accountId: step.buyerAccountId, orderId: step.orderId, version: step.version })
        .returning('*');
      if (row) {
        const order = row.toOrder();
        const by = step.actorPrincipalId;
        await emitEvents(
          trx,
          step.events.map((type) => transitionEvent(type, order, by, step.occurredAt)),
        );
        return { order, isApplied: true };
      }
      return { order: await get(step.buyerAccountId, step.orderId), isApplied: false };
    },
  };
}
