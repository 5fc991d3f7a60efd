import type { Order, OrderPolicy } from './order.contract.js';
import type { DueAction } from './order-deadline.rules.js';
import type { OrderCommand } from './order.rules.js';

export type OrderEventType =
  | 'ORDER_ACCEPTED'
  | 'ORDER_REJECTED'
  | 'ORDER_CANCELLED'
  | 'ORDER_EXPIRED'
  | 'ORDER_CONFIRMATION_REMINDER'
  | 'ORDER_DELIVERY_CONFIRMED'
  | 'ORDER_DELIVERY_OVERDUE'
  | 'ORDER_DELIVERED'
  | 'ORDER_DISPUTED'
  | 'ORDER_RESOLVED';

/** The fields of an order's row changed by transitions. */
export type OrderPatch = Partial<
  Pick<
    Order,
    | 'status'
    | 'acceptedAt'
    | 'deliveredAt'
    | 'deliveredVolumeLiters'
    | 'remindersSent'
    | 'overdueAt'
    | 'buyerConfirmation'
    | 'sellerConfirmation'
    | 'dispute'
    | 'resolution'
  >
> & { cancelledAt?: string; nextDeadline: string | null };

/** A person's command, completed with the step, or a step by time. */
export type OrderStep = OrderCommand | { action: Exclude<DueAction, 'close'> };

/**
 * A step of an order for the recording transaction, in which the step's changes are worked out
 * again.
 */
export interface OrderTransition {
  /** The order before the step; any other row is left alone. */
  before: Order;
  /** Null to learn the row alone. */
  step: OrderStep | null;
  policy: OrderPolicy;
  occurredAt: string;
}
/**
 * Undefined if the row took the step's changes (order-change.rules.ts), known to the caller; else
 * the different row. So an order's history holds a single row, not a row for each step.
 */
export type TransitionOutcome = Order | undefined;
