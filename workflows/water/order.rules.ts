import { failure } from '../shared/failure.js';
import type {
  Actor,
  Arbiter,
  DeliveryConfirmation,
  Order,
  OrderParty,
  OrderState,
  OrderStatus,
  PlacedOrder,
  Resolution,
} from './order.contract.js';

/** Statuses of an order waiting for a party or an admin. */
export const openStatuses = [
  'CREATED',
  'ACCEPTED',
  'DISPUTED',
] as const satisfies readonly OrderStatus[];
/**
 * Final statuses. A delivered order may be disputed until the deadline, and has ended afterwards.
 */
export const endedStatuses = [
  'REJECTED',
  'CANCELLED',
  'EXPIRED',
  'RESOLVED',
] as const satisfies readonly OrderStatus[];
type EndedStatus = (typeof endedStatuses)[number];

export const hasEnded = (status: OrderStatus): status is EndedStatus =>
  (endedStatuses as readonly OrderStatus[]).includes(status);

/** Commands on an order, in the words of the routes. */
type OrderAction = 'accept' | 'reject' | 'cancel' | 'confirm-delivery' | 'dispute' | 'resolve';

export type OrderCommand =
  | { action: 'accept' | 'reject' | 'cancel'; actor: Actor }
  | { action: 'confirm-delivery'; actor: Actor; confirmation: DeliveryConfirmation }
  | { action: 'dispute'; actor: Actor; noteId: string | null }
  | { action: 'resolve'; actor: Arbiter; resolution: Resolution };

const partyOfAction = {
  accept: 'SELLER',
  reject: 'SELLER',
  cancel: 'BUYER',
  dispute: 'BUYER',
} as const;

export function partyOf(order: Order, accountId: string): OrderParty {
  if (accountId === order.buyerAccountId) return 'BUYER';
  if (accountId === order.sellerAccountId) return 'SELLER';
  throw failure('RESOURCE_NOT_FOUND');
}

const confirmationOf = (order: Order, party: OrderParty) =>
  party === 'BUYER' ? order.buyerConfirmation : order.sellerConfirmation;

export function allowedActions(order: Order, nowMs: number): OrderAction[] {
  if (hasEnded(order.status)) return [];
  switch (order.status) {
    case 'CREATED':
      return ['accept', 'reject', 'cancel'];
    case 'ACCEPTED':
      return order.buyerConfirmation || order.sellerConfirmation
        ? ['confirm-delivery', 'dispute']
        : ['cancel', 'confirm-delivery', 'dispute'];
    case 'DELIVERED':
      return order.nextDeadline !== null && nowMs < Date.parse(order.nextDeadline)
        ? ['dispute']
        : [];
    case 'DISPUTED':
      return ['resolve'];
  }
}

/**
 * Whether a command changes the order or was done by the same party before; throws for a forbidden
 * command.
 */
export function judge(order: Order, command: OrderCommand, nowMs: number): 'change' | 'done' {
  if (command.action !== 'resolve') assertParty(order, command);
  if (isDone(order, command)) return 'done';
  const allowed = allowedActions(order, nowMs);
  if (!allowed.includes(command.action))
    throw failure('INVALID_ORDER_STATE', { status: order.status, allowed });
  return 'change';
}

function assertParty(order: Order, command: Exclude<OrderCommand, { action: 'resolve' }>): void {
  const party = partyOf(order, command.actor.accountId);
  if (command.action !== 'confirm-delivery' && partyOfAction[command.action] !== party)
    throw failure('FORBIDDEN');
}

function isDone(order: Order, command: OrderCommand): boolean {
  switch (command.action) {
    case 'accept':
      return order.status === 'ACCEPTED';
    case 'reject':
      return order.status === 'REJECTED';
    case 'cancel':
      return order.status === 'CANCELLED';
    case 'dispute':
      return order.status === 'DISPUTED' && order.dispute?.reason === 'BUYER';
    case 'resolve':
      return order.resolution !== null && isSameResolution(order.resolution, command.resolution);
    case 'confirm-delivery': {
      const first = confirmationOf(order, partyOf(order, command.actor.accountId));
      if (first && !isSameConfirmation(first, command.confirmation))
        throw failure('DELIVERY_CONFIRMATION_ALREADY_SET');
      return first !== null;
    }
  }
}

const isSameConfirmation = (first: DeliveryConfirmation, second: DeliveryConfirmation): boolean =>
  first.confirmedVolumeLiters === second.confirmedVolumeLiters &&
  isSameMoment(first.confirmedDeliveryAt, second.confirmedDeliveryAt) &&
  first.noteId === second.noteId;

const isSameMoment = (first: string | null, second: string | null): boolean =>
  first === second ||
  (first !== null && second !== null && Date.parse(first) === Date.parse(second));

const isSameResolution = (first: Resolution, second: Resolution): boolean =>
  first.outcome === second.outcome && first.deliveredVolumeLiters === second.deliveredVolumeLiters;

export const stateOf = ({ orderId, orderCode, status, nextDeadline }: Order): OrderState => ({
  orderId,
  orderCode,
  status,
  nextDeadline,
});

export const placedOf = (order: Order): PlacedOrder => ({
  ...stateOf(order),
  requestedVolumeLiters: order.requestedVolumeLiters,
  priceQuoteTotalMinor: order.priceQuoteTotalMinor,
  currency: order.currency,
});

/** A review needs a delivery: confirmed by both parties, or by a platform admin. */
export const isReviewable = (order: Order): boolean =>
  order.status === 'DELIVERED' || order.resolution?.outcome === 'DELIVERED';
