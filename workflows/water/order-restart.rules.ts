import type { Order, OrderInput, OrderPolicy } from './order.contract.js';
import { hasEnded } from './order.rules.js';

/** An order's row, with the buyer. */
interface PlacedRow extends Order {
  createdBy: string;
}

/**
 * Input of an order's workflow started again from the row alone. The workflow finds the row placed
 * and goes on, so no price, stock or target is asked for again.
 */
export function inputFromRow(row: PlacedRow, policy: OrderPolicy): OrderInput {
  const {
    orderId,
    orderCode,
    buyerAccountId,
    createdBy,
    sellerAccountId,
    sellerReservoirId,
    requestedVolumeLiters,
    currency,
  } = row;
  return {
    orderId,
    orderCode,
    buyer: { accountId: buyerAccountId, principalId: createdBy },
    sellerAccountId,
    sellerReservoirId,
    targetReservoirId: null,
    fillMode: 'VOLUME_LITERS',
    requestedVolumeLiters,
    currency,
    policy: policyOf(row, policy),
  };
}

/** The deadline known to both parties stands; later deadlines follow today's policy. */
export function policyOf(order: Order, policy: OrderPolicy): OrderPolicy {
  const { status, nextDeadline, createdAt, acceptedAt, deliveredAt, overdueAt } = order;
  if (nextDeadline === null || hasEnded(status)) return policy;
  const since = (timestamp: string | null): number =>
    Date.parse(nextDeadline) - Date.parse(timestamp ?? '');
  switch (status) {
    case 'CREATED':
      return { ...policy, acceptMs: since(createdAt) };
    case 'ACCEPTED':
      return overdueAt === null
        ? { ...policy, confirmMs: since(acceptedAt) }
        : { ...policy, overdueMs: since(acceptedAt) - policy.confirmMs };
    case 'DELIVERED':
      return { ...policy, disputeMs: since(deliveredAt) };
    case 'DISPUTED':
      return policy;
  }
}
