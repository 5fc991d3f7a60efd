import { databaseNow } from '../../db/shared/database-clock.js';
import type { Database } from '../../db/shared/database.js';
import { completeCommand } from '../../db/shared/command.js';
import { newReadableCode } from '../../db/shared/readable-code.js';
import { createOrderStore } from '../../db/water/order.store.js';
import { createStockViews } from '../../db/water/stock.views.js';
import { commandOf } from '../../workflows/shared/command.js';
import { failure } from '../../workflows/shared/failure.js';
import { assertMayHold, type HoldLimits } from '../../workflows/water/hold-limit.rules.js';
import { assertInStock, orderedLiters, priced } from '../../workflows/water/offer.rules.js';
import { changeBy, orderAfter } from '../../workflows/water/order-change.rules.js';
import { assertMayTake } from '../../workflows/water/order-step.rules.js';
import { placedOf, stateOf } from '../../workflows/water/order.rules.js';
import type { Order, OrderInput } from '../../workflows/water/order.contract.js';
import type { OrderTransition, TransitionOutcome } from '../../workflows/water/order-transition.contract.js';

export interface OrderActivities {
  placeOrder(input: OrderInput): Promise<Order>;
  recordTransition(transition: OrderTransition): Promise<TransitionOutcome>;
}

export interface OrderActivityParts {
  database: Database;
  /** Without them a buyer may hold whatever there is, as in tests of other things. */
  holdLimits?: HoldLimits;
}

export function createOrderActivities({ database, holdLimits }: OrderActivityParts): OrderActivities {
  const stock = createStockViews(database.read);

  async function litersOf({ requestedVolumeLiters, targetReservoirId, buyer }: OrderInput): Promise<number> {
    if (targetReservoirId === null) return orderedLiters(requestedVolumeLiters, null);
    const room = await stock.room(buyer.accountId, targetReservoirId);
    if (room === undefined) throw failure('RESOURCE_NOT_FOUND');
    return orderedLiters(requestedVolumeLiters, room);
  }

  return {
    /** Price and stock are taken with the row and its event, or nothing is. A repeat finds the row, whatever has changed since. */
    async placeOrder(input) {
      const {
        orderId,
        orderCode = newReadableCode('ORD'),
        buyer,
        sellerAccountId: account,
        sellerReservoirId: reservoir,
        currency,
      } = input;
      const liters = await litersOf(input);
      const parties = { accountId: account, counterpartAccountId: buyer.accountId };
      return database.inAccounts(parties, async (trx) => {
        const orders = createOrderStore(trx);
        const lock = await orders.lockStock({ account, reservoir, buyer: buyer.accountId, order: orderId });
        if (lock?.isPlaced) return orders.get(buyer.accountId, orderId);

        const buyerContext = await database.signIn(trx, { accountId: buyer.accountId });
        const asked = { account, reservoir, currency, liters, buyer: buyer.accountId, buyerContext };
        const found = lock && (await orders.offer(asked));
        if (!found) throw failure('RESOURCE_NOT_FOUND');
        const { offer, holds } = found;
        const { priceRuleId, priceQuoteTotalMinor } = priced(offer, liters, currency);
        assertInStock(reservoir, offer.availableLiters, liters);
        if (holdLimits) assertMayHold(holds, holdLimits, liters);
        const nowMs = databaseNow();
        const placed = await orders.place({
          accountId: buyer.accountId,
          orderId,
          orderCode,
          sellerAccountId: account,
          sellerReservoirId: reservoir,
          sellerDisplayName: offer.displayName,
          targetReservoirId: input.targetReservoirId,
          requestedFillMode: input.fillMode,
          requestedVolumeLiters: liters,
          priceRuleId,
          priceQuoteTotalMinor,
          currency,
          nextDeadline: new Date(nowMs + input.policy.acceptMs).toISOString(),
          createdBy: buyer.principalId,
          createdAt: new Date(nowMs).toISOString(),
        });
        await completeCommand(database, trx, commandOf(buyer), placedOf(placed), orderId);
        return placed;
      });
    },

    /**
     * Works out what the step does to the order, and refuses one that may not be taken. A repeat, or a step from what the row is
     * no longer or never was, changes nothing and is answered with the row.
     */
    async recordTransition(transition) {
      const { before, step, policy, occurredAt } = transition;
      const { sellerAccountId, buyerAccountId, orderId } = before;
      const parties = { accountId: sellerAccountId, counterpartAccountId: buyerAccountId };
      if (!step) return database.inAccounts(parties, (trx) => createOrderStore(trx).get(buyerAccountId, orderId));
      assertMayTake(step, transition, databaseNow());
      const change = changeBy(before, step, policy, Date.parse(occurredAt));
      return database.inAccounts(parties, async (trx) => {
        const overtaken = await createOrderStore(trx).transition(before, step, change, occurredAt);
        const command = 'actor' in step ? commandOf(step.actor) : undefined;
        if (!overtaken) await completeCommand(database, trx, command, stateOf(orderAfter(before, change.patch)));
        return overtaken;
      });
    },
  };
}
