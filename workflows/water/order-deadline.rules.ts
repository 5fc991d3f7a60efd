import type { Order, OrderPolicy } from './order.contract.js';
import { hasEnded } from './order.rules.js';

/** Steps of an order by time. */
export type DueAction = 'expire' | 'remind' | 'report-overdue' | 'dispute-overdue' | 'close';
export interface Due {
  action: DueAction;
  atMs: number;
}

/** Reminders divide the time for confirming into equal parts. */
const reminders = 2;

const after = (timestamp: string | null, ms: number): number => Date.parse(timestamp ?? '') + ms;

/** The next step by time; undefined if only people can move the order. */
export function nextDue(order: Order, policy: OrderPolicy): Due | undefined {
  if (hasEnded(order.status)) return undefined;
  switch (order.status) {
    case 'CREATED':
      return { action: 'expire', atMs: after(order.createdAt, policy.acceptMs) };
    case 'ACCEPTED':
      return nextConfirmationDue(order, policy);
    case 'DELIVERED':
      return { action: 'close', atMs: after(order.deliveredAt, policy.disputeMs) };
    case 'DISPUTED':
      return undefined;
  }
}

function nextConfirmationDue(order: Order, policy: OrderPolicy): Due {
  const overdueMs = after(order.acceptedAt, policy.confirmMs);
  if (order.overdueAt !== null)
    return { action: 'dispute-overdue', atMs: overdueMs + policy.overdueMs };
  if (order.remindersSent >= reminders) return { action: 'report-overdue', atMs: overdueMs };
  const part = (order.remindersSent + 1) / (reminders + 1);
  return { action: 'remind', atMs: after(order.acceptedAt, Math.floor(policy.confirmMs * part)) };
}

/** The deadline shown to both parties: reminders come before the deadline and do not move it. */
export function nextDeadline(order: Order, policy: OrderPolicy): string | null {
  const due = nextDue(order, policy);
  if (!due) return null;
  const atMs = due.action === 'remind' ? after(order.acceptedAt, policy.confirmMs) : due.atMs;
  return new Date(atMs).toISOString();
}

/** Whether nothing can happen to the order any more. */
export const isClosed = ({ status, nextDeadline: deadline }: Order, nowMs: number): boolean =>
  hasEnded(status) || (status === 'DELIVERED' && nowMs >= after(deadline, 0));

/** The order's wait in words, for the workflow's details. */
export function waitingFor(order: Order): string {
  if (hasEnded(order.status)) return `Ended: ${order.status}.`;
  const until = order.nextDeadline === null ? '' : ` until ${order.nextDeadline}`;
  switch (order.status) {
    case 'CREATED':
      return `Waits for the seller to accept or reject${until}; then it expires.`;
    case 'ACCEPTED':
      return `Waits for ${missingConfirmations(order)} to confirm the delivery${until}; ${
        order.overdueAt === null
          ? 'then both parties are alerted'
          : 'overdue, then a dispute is opened'
      }.`;
    case 'DELIVERED':
      return `Delivered; the buyer may dispute${until}.`;
    case 'DISPUTED':
      return 'Disputed; waits for a platform admin to resolve it.';
  }
}

const missingConfirmations = ({ buyerConfirmation, sellerConfirmation }: Order): string =>
  buyerConfirmation ? 'the seller' : sellerConfirmation ? 'the buyer' : 'buyer and seller';
