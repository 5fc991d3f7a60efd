import type { OrderStatus } from '../../workflows/water/order.contract.js';

export interface OrderEventRow {
  event_type: string;
  payload: Record<string, unknown>;
}

/** From which states an event may come, and to which it leads; the same state where it only tells something. */
const moves: Readonly<Record<string, { from: readonly OrderStatus[]; to?: OrderStatus }>> = {
  ORDER_ACCEPTED: { from: ['CREATED'], to: 'ACCEPTED' },
  ORDER_REJECTED: { from: ['CREATED'], to: 'REJECTED' },
  ORDER_CANCELLED: { from: ['CREATED', 'ACCEPTED'], to: 'CANCELLED' },
  ORDER_EXPIRED: { from: ['CREATED'], to: 'EXPIRED' },
  ORDER_CONFIRMATION_REMINDER: { from: ['ACCEPTED'] },
  ORDER_DELIVERY_OVERDUE: { from: ['ACCEPTED'] },
  ORDER_DELIVERY_CONFIRMED: { from: ['ACCEPTED'] },
  ORDER_DELIVERED: { from: ['ACCEPTED'], to: 'DELIVERED' },
  ORDER_DISPUTED: { from: ['ACCEPTED', 'DELIVERED'], to: 'DISPUTED' },
  ORDER_RESOLVED: { from: ['DISPUTED'], to: 'RESOLVED' },
  REVIEW_SUBMITTED: { from: ['DELIVERED', 'RESOLVED', 'DISPUTED'] },
};
const most: Readonly<Record<string, number>> = {
  ORDER_CONFIRMATION_REMINDER: 2,
  ORDER_DELIVERY_CONFIRMED: 2,
  REVIEW_SUBMITTED: 2,
};

/** These are told together with the step that causes them, or are no step of the order's at all. */
const isOwnStep = ({ event_type: type, payload }: OrderEventRow): boolean =>
  type !== 'ORDER_DELIVERED' &&
  type !== 'REVIEW_SUBMITTED' &&
  !(type === 'ORDER_DISPUTED' && payload['reason'] === 'VOLUME_MISMATCH');

export type OrderFold = { status: OrderStatus; version: number } | { fault: string };

/** What an order's events, in their order, make of it; or where they stop being a story. */
export function foldOrder(events: readonly OrderEventRow[]): OrderFold {
  const [created, ...rest] = events;
  if (created?.event_type !== 'ORDER_CREATED') return { fault: `begins with ${created?.event_type ?? 'nothing'}` };
  let status: OrderStatus = 'CREATED';
  const counts = new Map<string, number>();
  for (const { event_type: type } of rest) {
    const move = moves[type];
    if (!move?.from.includes(status)) return { fault: `${type} in ${status}` };
    const count = (counts.get(type) ?? 0) + 1;
    if (count > (most[type] ?? 1)) return { fault: `${type} ${count} times` };
    if (type === 'ORDER_DELIVERED' && counts.get('ORDER_DELIVERY_CONFIRMED') !== 2)
      return { fault: 'delivered without both confirmations' };
    counts.set(type, count);
    status = move.to ?? status;
  }
  return { status, version: 1 + rest.filter(isOwnStep).length };
}
