import { ApplicationFailure } from '@temporalio/common';
import { stepRefused } from '../shared/command.js';
import type { ActorCall } from '../shared/actor-call.js';
import {
  acceptOrder,
  cancelOrder,
  confirmDelivery,
  disputeOrder,
  rejectOrder,
  resolveOrder,
  type Order,
} from './order.contract.js';
import { nextDue } from './order-deadline.rules.js';
import type { OrderStep, OrderTransition } from './order-transition.contract.js';
import { judge } from './order.rules.js';

/** How far the clocks of Temporal and of a worker may be apart. */
const clockToleranceMs = 10_000;

/** The update of a person's step; undefined for a step by time. */
export function callOf(step: OrderStep): ActorCall | undefined {
  switch (step.action) {
    case 'accept':
      return { name: acceptOrder.name, args: [step.actor] };
    case 'reject':
      return { name: rejectOrder.name, args: [step.actor] };
    case 'cancel':
      return { name: cancelOrder.name, args: [step.actor] };
    case 'confirm-delivery':
      return { name: confirmDelivery.name, args: [step.actor, step.confirmation] };
    case 'dispute':
      return { name: disputeOrder.name, args: [step.actor, { noteId: step.noteId }] };
    case 'resolve':
      return { name: resolveOrder.name, args: [step.actor, step.resolution] };
    case 'expire':
    case 'remind':
    case 'report-overdue':
    case 'dispute-overdue':
      return undefined;
  }
}

/**
 * Throws if the order of the transition does not allow the step: a command as judged by the
 * command's update, at a moment between the order's last moment and now; a step by time before the
 * due time. The store compares the order with the row.
 */
export function assertMayTake(
  step: OrderStep,
  { before, policy, occurredAt }: OrderTransition,
  nowMs: number,
): void {
  const occurredMs = Date.parse(occurredAt);
  if (!('actor' in step)) {
    const due = nextDue(before, policy);
    // Retried until due: Temporal's clock may be ahead.
    if (due?.action !== step.action || due.atMs > Math.min(nowMs, occurredMs) + clockToleranceMs)
      throw ApplicationFailure.retryable(`it is not time to ${step.action}`, 'NOT_DUE');
    return;
  }
  if (occurredMs > nowMs + clockToleranceMs || occurredMs < lastMomentMs(before) - clockToleranceMs)
    throw ApplicationFailure.nonRetryable(`${step.action} at a time that cannot be`, stepRefused);
  if (judge(before, step, occurredMs) === 'done')
    throw ApplicationFailure.nonRetryable(`${step.action} is done already`, stepRefused);
}

function lastMomentMs(order: Order): number {
  const {
    createdAt,
    acceptedAt,
    deliveredAt,
    overdueAt,
    buyerConfirmation,
    sellerConfirmation,
    dispute,
  } = order;
  const confirmations = [buyerConfirmation?.confirmedAt, sellerConfirmation?.confirmedAt];
  const moments = [createdAt, acceptedAt, deliveredAt, overdueAt, dispute?.openedAt].concat(
    confirmations,
  );
  return Math.max(...moments.map((moment) => Date.parse(moment ?? createdAt)));
}
