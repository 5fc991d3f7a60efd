import { databaseNow } from '../../db/connection/database-clock.js';
import type { Database, WriteScope } from '../../db/connection/database.js';
import { completeCommand } from '../../db/audit/command.js';
import { newReadableCode } from '../../db/shared/readable-code.js';
import { orderStore } from '../../db/water/order.store.js';
import { stockViews } from '../../db/water/stock.views.js';
import { commandOf } from '../../workflows/shared/command.js';
import { failure } from '../../workflows/shared/failure.js';
import { assertMayHold, type HoldLimits } from '../../workflows/water/hold-limit.rules.js';
import { assertInStock, orderedLiters, priced } from '../../workflows/water/offer.rules.js';
import { changeBy, orderAfter } from '../../workflows/water/order-change.rules.js';
import { assertMayTake } from '../../workflows/water/order-step.rules.js';
import { placedOf, stateOf } from '../../workflows/water/order.rules.js';
import type { Order, OrderInput } from '../../workflows/water/order.contract.js';
import type {
  OrderTransition,
  TransitionOutcome,
} from '../../workflows/water/order-transition.contract.js';

export interface OrderActivities {
  placeOrder(input: OrderInput): Promise<Order>;
  recordTransition(transition: OrderTransition): Promise<TransitionOutcome>;
}

interface OrderActivityParts {
  database: Database;
  /** Absent in tests of other things: a buyer may then hold any amount. */
  holdLimits?: HoldLimits;
}

export function createOrderActivities({
  database,
  holdLimits,
}: OrderActivityParts): OrderActivities {
  const litersOf = async (
    scope: WriteScope,
    { requestedVolumeLiters, targetReservoirId, buyer: { accountId } }: OrderInput,
  ): Promise<number> => {
    if (targetReservoirId === null) return orderedLiters(requestedVolumeLiters, null);
    const room = await scope.as({ accountId }, (step) => stockViews(step).room(targetReservoirId));
    if (room === undefined) throw failure('RESOURCE_NOT_FOUND');
    return orderedLiters(requestedVolumeLiters, room);
  };

  return {
    /**
     * Takes price and stock with the row and the event, or nothing. A repeat finds the row,
     * whatever has changed since.
     */
    async placeOrder(input) {
      const {
        orderId,
        orderCode = newReadableCode('ORD'),
        buyer,
        sellerAccountId,
        sellerReservoirId,
        currency,
      } = input;
      const buyerAccountId = buyer.accountId;
      const parties = { accountId: sellerAccountId, counterpartAccountId: buyerAccountId };
      return database.transaction(parties, async (scope) => {
        const orders = orderStore(scope);
        const isPlaced = await orders.lockStock({
          buyerAccountId,
          orderId,
          sellerAccountId,
          sellerReservoirId,
        });
        if (isPlaced) return orders.get(buyerAccountId, orderId);

        const liters = await litersOf(scope, input);
        const found = await orders.offer({
          sellerAccountId,
          sellerReservoirId,
          currency,
          liters,
          buyerAccountId,
          buyerContext: scope.signed({ accountId: buyerAccountId }),
        });
        if (!found) throw failure('RESOURCE_NOT_FOUND');
        const { offer, holds } = found;
        const { priceRuleId, priceQuoteTotalMinor } = priced(offer, liters, currency);
        assertInStock(sellerReservoirId, offer.availableLiters, liters);
        if (holdLimits) assertMayHold(holds, holdLimits, liters);
        const nowMs = databaseNow();
        const placed = await orders.place({
          accountId: buyerAccountId,
          orderId,
          orderCode,
          sellerAccountId,
          sellerReservoirId,
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
        await completeCommand(scope, commandOf(buyer), placedOf(placed), orderId);
        return placed;
      });
    },

    /**
     * Works out the changes of the step, and refuses a forbidden step. A repeat, or a step from an
     * order different from the row, changes nothing and returns the row.
     */
    async recordTransition(transition) {
      const { before, step, policy, occurredAt } = transition;
      const { sellerAccountId, buyerAccountId, orderId } = before;
      const parties = { accountId: sellerAccountId, counterpartAccountId: buyerAccountId };
      if (!step)
        return database.transaction(parties, (scope) =>
          orderStore(scope).get(buyerAccountId, orderId),
        );
      assertMayTake(step, transition, databaseNow());
      const change = changeBy(before, step, policy, Date.parse(occurredAt));
      return database.transaction(parties, async (scope) => {
        const overtaken = await orderStore(scope).transition(before, step, change, occurredAt);
        if (overtaken) return overtaken;
        const command = 'actor' in step ? commandOf(step.actor) : undefined;
        const state = stateOf(orderAfter(before, change.patch));
        await completeCommand(scope, command, state);
        return undefined;
      });
    },
  };
}
