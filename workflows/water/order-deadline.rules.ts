import type { Order, OrderPolicy } from './order.contract.js';

/** What time itself does to an order. */
export type DueAction = 'expire' | 'remind' | 'report-overdue' | 'dispute-overdue' | 'close';
export interface Due {
  action: DueAction;
  atMs: number;
}

/** Reminders divide the time for confirming into equal parts. */
const reminders = 2;

const after = (timestamp: string | null, ms: number): number => Date.parse(timestamp ?? '') + ms;

/** The next thing that happens by itself; undefined when only people can move the order. */
export function nextDue(order: Order, policy: OrderPolicy): Due | undefined {
  switch (order.status) {
    case 'CREATED':
      return { action: 'expire', atMs: after(order.createdAt, policy.acceptMs) };
    case 'ACCEPTED':
      return nextConfirmationDue(order, policy);
    case 'DELIVERED':
      return { action: 'close', atMs: after(order.deliveredAt, policy.disputeMs) };
    case 'DISPUTED':
    case 'REJECTED':
    case 'CANCELLED':
    case 'EXPIRED':
    case 'RESOLVED':
      return undefined;
  }
}

function nextConfirmationDue(order: Order, policy: OrderPolicy): Due {
  const overdueMs = after(order.acceptedAt, policy.confirmMs);
  if (order.overdueAt !== null) return { action: 'dispute-overdue', atMs: overdueMs + policy.overdueMs };
  if (order.remindersSent >= reminders) return { action: 'report-overdue', atMs: overdueMs };
  const part = (order.remindersSent + 1) / (reminders + 1);
  return { action: 'remind', atMs: after(order.acceptedAt, Math.floor(policy.confirmMs * part)) };
}

/** The deadline that both parties see: reminders come before it and do not move it. */
export function nextDeadline(order: Order, policy: OrderPolicy): string | null {
  const due = nextDue(order, policy);
  if (!due) return null;
  const atMs = due.action === 'remind' ? after(order.acceptedAt, policy.confirmMs) : due.atMs;
  return new Date(atMs).toISOString();
}

/** Whether nothing can happen to the order any more. */
export function isClosed(order: Order, nowMs: number): boolean {
  switch (order.status) {
    case 'REJECTED':
    case 'CANCELLED':
    case 'EXPIRED':
    case 'RESOLVED':
      return true;
    case 'DELIVERED':
      return nowMs >= after(order.nextDeadline, 0);
    case 'CREATED':
    case 'ACCEPTED':
    case 'DISPUTED':
      return false;
  }
}

/** What the order waits for, in words, for people who look at the workflow. */
export function waitingFor(order: Order): string {
  const until = order.nextDeadline === null ? '' : ` until ${order.nextDeadline}`;
  switch (order.status) {
    case 'CREATED':
      return `Waits for the seller to accept or reject${until}; then it expires.`;
    case 'ACCEPTED':
      return `Waits for ${missingConfirmations(order)} to confirm the delivery${until}; ${
        order.overdueAt === null ? 'then both parties are alerted' : 'overdue, then a dispute is opened'
      }.`;
    case 'DELIVERED':
      return `Delivered; the buyer may dispute${until}.`;
    case 'DISPUTED':
      return 'Disputed; waits for a platform admin to resolve it.';
    case 'REJECTED':
    case 'CANCELLED':
    case 'EXPIRED':
    case 'RESOLVED':
      return `Ended: ${order.status}.`;
  }
}

const missingConfirmations = ({ buyerConfirmation, sellerConfirmation }: Order): string =>
  buyerConfirmation ? 'the seller' : sellerConfirmation ? 'the buyer' : 'buyer and seller';
