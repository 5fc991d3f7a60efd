import { Type } from 'typebox';
import {
  disputeReasons,
  fillModes,
  orderStatuses,
  orderWorkflowType,
  resolutionOutcomes,
  startOfOrder,
  type Order,
  type OrderInput,
} from '../../workflows/water/order.contract.js';
import { callOf } from '../../workflows/water/order-step.rules.js';
import type { OrderTransition } from '../../workflows/water/order-transition.contract.js';
import { count, fields, id, instant, oneOf, orNull, type InputsOf } from '../shared/input.js';
import type { OrderActivities } from './order.activities.js';

const liters = Type.Number({ minimum: 0, maximum: 1e12 });
const orderCode = Type.String({ pattern: '^[0-9A-Za-z-]{1,40}$' });
const currency = Type.String({ pattern: '^[A-Z]{3}$' });

const confirmation = {
  confirmedVolumeLiters: liters,
  confirmedDeliveryAt: orNull(instant),
  noteId: orNull(id),
};
const dispute = fields({
  reason: oneOf(disputeReasons),
  openedAt: instant,
  openedBy: orNull(id),
  noteId: orNull(id),
});
const resolution = {
  outcome: oneOf(resolutionOutcomes),
  deliveredVolumeLiters: orNull(liters),
  evidenceEventIds: Type.Array(id, { maxItems: 1_000 }),
};
const recordedConfirmation = fields({ ...confirmation, confirmedAt: instant, confirmedBy: id });
const order = fields({
  status: oneOf(orderStatuses),
  acceptedAt: orNull(instant),
  deliveredAt: orNull(instant),
  deliveredVolumeLiters: orNull(liters),
  remindersSent: count,
  overdueAt: orNull(instant),
  buyerConfirmation: orNull(recordedConfirmation),
  sellerConfirmation: orNull(recordedConfirmation),
  dispute: orNull(dispute),
  resolution: orNull(fields({ ...resolution, resolvedAt: instant, resolvedBy: id })),
  orderId: id,
  orderCode,
  buyerAccountId: id,
  sellerAccountId: id,
  sellerReservoirId: id,
  version: count,
  nextDeadline: orNull(instant),
  requestedVolumeLiters: liters,
  priceQuoteTotalMinor: count,
  currency,
  createdAt: instant,
});
const actor = fields({ principalId: id, accountId: id, commandId: Type.Optional(id) });
const arbiter = fields({ principalId: id, commandId: Type.Optional(id) });
const step = Type.Union([
  fields({ action: oneOf(['accept', 'reject', 'cancel']), actor }),
  fields({ action: oneOf(['confirm-delivery']), actor, confirmation: fields(confirmation) }),
  fields({ action: oneOf(['dispute']), actor, noteId: orNull(id) }),
  fields({ action: oneOf(['resolve']), actor: arbiter, resolution: fields(resolution) }),
  fields({ action: oneOf(['expire', 'remind', 'report-overdue', 'dispute-overdue']) }),
]);

const ms = Type.Number({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const policy = fields({
  acceptMs: ms,
  confirmMs: ms,
  overdueMs: ms,
  disputeMs: ms,
  volumeTolerancePct: Type.Number({ minimum: 0, maximum: 100 }),
});
const placing = fields({
  orderId: id,
  orderCode: Type.Optional(orderCode),
  buyer: fields({ accountId: id, principalId: id, commandId: Type.Optional(id) }),
  sellerAccountId: id,
  sellerReservoirId: id,
  targetReservoirId: orNull(id),
  fillMode: oneOf(fillModes),
  requestedVolumeLiters: orNull(liters),
  currency,
  policy,
});

const uuidOf = (last: string) => `0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e${last}`;
const at = '2026-03-01T08:30:00.000Z';
const exampleOrder: Order = {
  orderId: uuidOf('01'),
  orderCode: 'ORD-7K2M9QWXYZ01',
  buyerAccountId: uuidOf('02'),
  sellerAccountId: uuidOf('03'),
  sellerReservoirId: uuidOf('04'),
  status: 'ACCEPTED',
  version: 2,
  nextDeadline: at,
  requestedVolumeLiters: 500,
  priceQuoteTotalMinor: 12_500,
  currency: 'KES',
  createdAt: at,
  acceptedAt: at,
  deliveredAt: null,
  deliveredVolumeLiters: null,
  remindersSent: 0,
  overdueAt: null,
  buyerConfirmation: null,
  sellerConfirmation: {
    confirmedVolumeLiters: 500,
    confirmedDeliveryAt: at,
    noteId: uuidOf('05'),
    confirmedAt: at,
    confirmedBy: uuidOf('06'),
  },
  dispute: { reason: 'BUYER', openedAt: at, openedBy: uuidOf('06'), noteId: uuidOf('05') },
  resolution: {
    outcome: 'DELIVERED',
    deliveredVolumeLiters: 500,
    evidenceEventIds: [uuidOf('07')],
    resolvedAt: at,
    resolvedBy: uuidOf('06'),
  },
};
const examplePolicy = {
  acceptMs: 1,
  confirmMs: 1,
  overdueMs: 1,
  disputeMs: 1,
  volumeTolerancePct: 5,
};
const exampleTransition: OrderTransition = {
  before: exampleOrder,
  step: {
    action: 'confirm-delivery',
    actor: { principalId: uuidOf('06'), accountId: uuidOf('02'), commandId: uuidOf('08') },
    confirmation: { confirmedVolumeLiters: 500, confirmedDeliveryAt: at, noteId: uuidOf('05') },
  },
  policy: examplePolicy,
  occurredAt: at,
};
const examplePlacing: OrderInput = {
  orderId: uuidOf('01'),
  orderCode: 'ORD-7K2M9QWXYZ01',
  buyer: { accountId: uuidOf('02'), principalId: uuidOf('06'), commandId: uuidOf('08') },
  sellerAccountId: uuidOf('03'),
  sellerReservoirId: uuidOf('04'),
  targetReservoirId: uuidOf('09'),
  fillMode: 'VOLUME_LITERS',
  requestedVolumeLiters: 500,
  currency: 'KES',
  policy: examplePolicy,
};

export const orderInputs: InputsOf<OrderActivities> = {
  placeOrder: {
    schemas: [placing],
    startOf: ([{ orderId, buyer, sellerAccountId, policy: terms }]) =>
      startOfOrder(orderId, buyer.accountId, sellerAccountId, terms),
    callOf: (args) => ({ name: orderWorkflowType, args }),
    example: [examplePlacing],
  },
  recordTransition: {
    schemas: [fields({ before: order, step: orNull(step), policy, occurredAt: instant })],
    startOf: ([{ before, policy: terms }]) =>
      startOfOrder(before.orderId, before.buyerAccountId, before.sellerAccountId, terms),
    callOf: ([{ step: asked }]) => (asked ? callOf(asked) : undefined),
    example: [exampleTransition],
  },
};
