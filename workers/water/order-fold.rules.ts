import type { OrderStatus } from '../../workflows/water/order.contract.js';

interface OrderEventRow {
  event_type: string;
  payload: Record<string, unknown>;
}

/** The statuses before an event, and the status after; without `to` the status stays. */
const moves: Readonly<Record<string, { sources: readonly OrderStatus[]; target?: OrderStatus }>> = {
  ORDER_ACCEPTED: { sources: ['CREATED'], target: 'ACCEPTED' },
  ORDER_REJECTED: { sources: ['CREATED'], target: 'REJECTED' },
  ORDER_CANCELLED: { sources: ['CREATED', 'ACCEPTED'], target: 'CANCELLED' },
  ORDER_EXPIRED: { sources: ['CREATED'], target: 'EXPIRED' },
  ORDER_CONFIRMATION_REMINDER: { sources: ['ACCEPTED'] },
  ORDER_DELIVERY_OVERDUE: { sources: ['ACCEPTED'] },
  ORDER_DELIVERY_CONFIRMED: { sources: ['ACCEPTED'] },
  ORDER_DELIVERED: { sources: ['ACCEPTED'], target: 'DELIVERED' },
  ORDER_DISPUTED: { sources: ['ACCEPTED', 'DELIVERED'], target: 'DISPUTED' },
  ORDER_RESOLVED: { sources: ['DISPUTED'], target: 'RESOLVED' },
  REVIEW_SUBMITTED: { sources: ['DELIVERED', 'RESOLVED', 'DISPUTED'] },
};
const most: Readonly<Record<string, number>> = {
  ORDER_CONFIRMATION_REMINDER: 2,
  ORDER_DELIVERY_CONFIRMED: 2,
  REVIEW_SUBMITTED: 2,
};

/**
 * True for a step with a row version of its own: the other events come with a causing step, or are
 * no step of the order.
 */
const isOwnStep = ({ event_type: type, payload }: OrderEventRow): boolean =>
  type !== 'ORDER_DELIVERED' &&
  type !== 'REVIEW_SUBMITTED' &&
  !(type === 'ORDER_DISPUTED' && payload['reason'] === 'VOLUME_MISMATCH');

type OrderFold = { status: OrderStatus; version: number } | { fault: string };

/**
 * Status and version after an order's events, in order; or the fault where the events contradict
 * each other.
 */
export function foldOrder(events: readonly OrderEventRow[]): OrderFold {
  const [created, ...rest] = events;
  if (created?.event_type !== 'ORDER_CREATED')
    return { fault: `begins with ${created?.event_type ?? 'nothing'}` };
  let status: OrderStatus = 'CREATED';
  const counts = new Map<string, number>();
  for (const { event_type: type } of rest) {
    const move = moves[type];
    if (!move?.sources.includes(status)) return { fault: `${type} in ${status}` };
    const count = (counts.get(type) ?? 0) + 1;
    if (count > (most[type] ?? 1)) return { fault: `${type} ${count} times` };
    if (type === 'ORDER_DELIVERED' && counts.get('ORDER_DELIVERY_CONFIRMED') !== 2)
      return { fault: 'delivered without both confirmations' };
    counts.set(type, count);
    status = move.target ?? status;
  }
  return { status, version: 1 + rest.filter(isOwnStep).length };
}
