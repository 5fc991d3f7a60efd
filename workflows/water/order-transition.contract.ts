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

/** The fields of an order's row that a transition may change. */
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

/** A person's command, which is completed with the step, or what time does. */
export type OrderStep = OrderCommand | { action: Exclude<DueAction, 'close'> };

/** One step of an order, for the one transaction that records it, and which works out by itself what the step does. */
export interface OrderTransition {
  /** As the step found it; a row that is anything else is left alone. */
  before: Order;
  /** Null to learn the row alone. */
  step: OrderStep | null;
  policy: OrderPolicy;
  occurredAt: string;
}
/**
 * Nothing where the row became what the step makes of it (order-change.rules.ts), which whoever asked can tell; the row where it
 * was another. An order's history holds one row rather than one for each of its steps.
 */
export type TransitionOutcome = Order | undefined;
