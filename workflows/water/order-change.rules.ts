import type { Order, OrderPolicy, RecordedConfirmation } from './order.contract.js';
import type { OrderEventType, OrderPatch, OrderStep } from './order-transition.contract.js';
import { nextDeadline } from './order-deadline.rules.js';
import { partyOf } from './order.rules.js';

/** A whole transition: the change of the row, and the events. */
export interface OrderChange {
  patch: OrderPatch;
  events: OrderEventType[];
}
type Draft = { patch: Omit<OrderPatch, 'nextDeadline'>; events: OrderEventType[] };

/** The row changes and events of an allowed step. */
export function changeBy(
  order: Order,
  step: OrderStep,
  policy: OrderPolicy,
  nowMs: number,
): OrderChange {
  const { patch, events } = draft(order, step, policy, new Date(nowMs).toISOString());
  return {
    patch: { ...patch, nextDeadline: nextDeadline({ ...order, ...patch }, policy) },
    events,
  };
}

/** The order after a recorded step. */
export function orderAfter(before: Order, patch: OrderPatch): Order {
  const { cancelledAt: _inTheRowOnly, ...changed } = patch;
  return { ...before, ...changed, version: before.version + 1 };
}

function draft(order: Order, step: OrderStep, policy: OrderPolicy, now: string): Draft {
  switch (step.action) {
    case 'accept':
      return { patch: { status: 'ACCEPTED', acceptedAt: now }, events: ['ORDER_ACCEPTED'] };
    case 'reject':
      return { patch: { status: 'REJECTED' }, events: ['ORDER_REJECTED'] };
    case 'cancel':
      return { patch: { status: 'CANCELLED', cancelledAt: now }, events: ['ORDER_CANCELLED'] };
    case 'expire':
      return { patch: { status: 'EXPIRED' }, events: ['ORDER_EXPIRED'] };
    case 'remind':
      return {
        patch: { remindersSent: order.remindersSent + 1 },
        events: ['ORDER_CONFIRMATION_REMINDER'],
      };
    case 'report-overdue':
      return { patch: { overdueAt: now }, events: ['ORDER_DELIVERY_OVERDUE'] };
    case 'dispute-overdue':
      return disputed({ reason: 'OVERDUE', openedAt: now, openedBy: null, noteId: null });
    case 'dispute':
      return disputed({
        reason: 'BUYER',
        openedAt: now,
        openedBy: step.actor.principalId,
        noteId: step.noteId,
      });
    case 'confirm-delivery':
      return confirmed(order, step, policy, now);
    case 'resolve':
      return resolved(order, step, now);
  }
}

const disputed = (dispute: NonNullable<Order['dispute']>): Draft => ({
  patch: { status: 'DISPUTED', dispute },
  events: ['ORDER_DISPUTED'],
});

function confirmed(
  order: Order,
  { actor, confirmation }: Extract<OrderStep, { action: 'confirm-delivery' }>,
  policy: OrderPolicy,
  now: string,
): Draft {
  const party = partyOf(order, actor.accountId);
  const own: RecordedConfirmation = {
    ...confirmation,
    confirmedAt: now,
    confirmedBy: actor.principalId,
  };
  const patch = party === 'BUYER' ? { buyerConfirmation: own } : { sellerConfirmation: own };
  const events: OrderEventType[] = ['ORDER_DELIVERY_CONFIRMED'];
  const other = party === 'BUYER' ? order.sellerConfirmation : order.buyerConfirmation;
  if (!other) return { patch, events };

  const volumes = [own.confirmedVolumeLiters, other.confirmedVolumeLiters];
  const difference = Math.max(...volumes) - Math.min(...volumes);
  if (difference * 100 > policy.volumeTolerancePct * order.requestedVolumeLiters) {
    const dispute = disputed({
      reason: 'VOLUME_MISMATCH',
      openedAt: now,
      openedBy: null,
      noteId: null,
    });
    return { patch: { ...patch, ...dispute.patch }, events: [...events, ...dispute.events] };
  }
  // The larger volume counts for the seller's stock: water possibly gone from the tank must not be
  // sold again.
  const delivered = {
    status: 'DELIVERED',
    deliveredAt: now,
    deliveredVolumeLiters: Math.max(...volumes),
  } as const;
  return { patch: { ...patch, ...delivered }, events: [...events, 'ORDER_DELIVERED'] };
}

function resolved(
  order: Order,
  { actor, resolution }: Extract<OrderStep, { action: 'resolve' }>,
  now: string,
): Draft {
  const patch = {
    status: 'RESOLVED',
    resolution: { ...resolution, resolvedAt: now, resolvedBy: actor.principalId },
  } as const;
  const isDelivered = resolution.outcome === 'DELIVERED';
  const liters =
    resolution.deliveredVolumeLiters ?? order.deliveredVolumeLiters ?? order.requestedVolumeLiters;
  // A delivered order keeps the moment of delivery, and takes nothing from the stock if nothing had
  // come after all.
  const deliveredAt = order.deliveredAt ?? (isDelivered ? now : null);
  const deliveredVolumeLiters = deliveredAt === null ? null : isDelivered ? liters : 0;
  return { patch: { ...patch, deliveredAt, deliveredVolumeLiters }, events: ['ORDER_RESOLVED'] };
}
