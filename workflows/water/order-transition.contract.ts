import type { ActorRef } from '../shared/actor.js';
import type { Order } from './order.contract.js';

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

/** One step of an order, for the one transaction that records it. */
export interface OrderTransition {
  /** As the step found it; a row that is further on than its version is left alone. */
  before: Order;
  patch: OrderPatch;
  events: OrderEventType[];
  /** Whose command is completed with the step; null when time acts. */
  actor: ActorRef | null;
  occurredAt: string;
}
/**
 * Nothing where the row became what the step makes of it (order-change.rules.ts), which whoever asked can tell; the row where it
 * was further on. An order's history holds one row rather than one for each of its steps.
 */
export type TransitionOutcome = Order | undefined;
