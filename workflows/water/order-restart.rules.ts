import type { Order, OrderInput, OrderPolicy } from './order.contract.js';

/** An order's row, and who placed it. */
export interface PlacedRow extends Order {
  createdBy: string;
}

/**
 * What an order's workflow starts with when nothing but its row is left. It finds the row placed and goes on from there, so
 * no price, stock or target is asked for again.
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
    ...{ orderId, orderCode },
    buyer: { accountId: buyerAccountId, principalId: createdBy },
    ...{ sellerAccountId, sellerReservoirId, targetReservoirId: null },
    ...{ fillMode: 'VOLUME_LITERS', requestedVolumeLiters, currency },
    policy: policyOf(row, policy),
  };
}

/** The deadline that both parties have been told stands; what comes after it is as for an order of today. */
export function policyOf(order: Order, policy: OrderPolicy): OrderPolicy {
  const { status, nextDeadline, createdAt, acceptedAt, deliveredAt, overdueAt } = order;
  if (nextDeadline === null) return policy;
  const since = (timestamp: string | null): number => Date.parse(nextDeadline) - Date.parse(timestamp ?? '');
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
    case 'REJECTED':
    case 'CANCELLED':
    case 'EXPIRED':
    case 'RESOLVED':
      return policy;
  }
}
