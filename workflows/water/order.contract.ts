import { defineQuery, defineUpdate } from '@temporalio/workflow';
import { searchableBy } from '../shared/search-attributes.js';
import type { SignedStart } from '../shared/start.js';

/** Names, messages and state of an order's workflow for callers outside. */
export const orderTaskQueue = 'water';
export const orderWorkflowType = 'orderWorkflow';
export const orderWorkflowId = (orderId: string) => `order/${orderId}`;
/** The buyer's account, the seller's and the deadlines are the order's for good. */
export const startOfOrder = (
  orderId: string,
  buyerAccountId: string,
  sellerAccountId: string,
  policy: OrderPolicy,
): SignedStart => ({
  type: orderWorkflowType,
  id: orderWorkflowId(orderId),
  accounts: [buyerAccountId, sellerAccountId],
  terms: policy,
});
/** The summary of an order's workflow in lists of workflows. */
export const orderSummary = (requestedLiters: number | null) =>
  `Order of ${requestedLiters === null ? 'a fill' : `${requestedLiters} l`}`;

export const orderStatuses = [
  'CREATED',
  'ACCEPTED',
  'REJECTED',
  'CANCELLED',
  'EXPIRED',
  'DELIVERED',
  'DISPUTED',
  'RESOLVED',
] as const;
export type OrderStatus = (typeof orderStatuses)[number];
export type OrderParty = 'BUYER' | 'SELLER';
export const fillModes = ['FILL_TO_FULL', 'VOLUME_LITERS'] as const;
export type FillMode = (typeof fillModes)[number];
export const disputeReasons = ['BUYER', 'VOLUME_MISMATCH', 'OVERDUE'] as const;
export type DisputeReason = (typeof disputeReasons)[number];
export const resolutionOutcomes = ['DELIVERED', 'NOT_DELIVERED'] as const;

/** The acting person, with the account of a party of the order. */
export interface Actor {
  accountId: string;
  principalId: string;
  /** Id of the command, completed with the change. */
  commandId?: string;
}
/** A platform admin, of neither party. */
export interface Arbiter {
  principalId: string;
  commandId?: string;
}

/** A party's confirmation of a delivery. `noteId` names a note kept in the database. */
export interface DeliveryConfirmation {
  confirmedVolumeLiters: number;
  confirmedDeliveryAt: string | null;
  noteId: string | null;
}
export interface RecordedConfirmation extends DeliveryConfirmation {
  confirmedAt: string;
  confirmedBy: string;
}

export interface Dispute {
  reason: DisputeReason;
  openedAt: string;
  openedBy: string | null;
  noteId: string | null;
}

/** A platform admin's decision, with the events as evidence. */
export interface Resolution {
  outcome: (typeof resolutionOutcomes)[number];
  deliveredVolumeLiters: number | null;
  evidenceEventIds: string[];
}
export interface RecordedResolution extends Resolution {
  resolvedAt: string;
  resolvedBy: string;
}

/** An order as in the row and in the workflow's memory; the row decides. */
export interface Order {
  orderId: string;
  orderCode: string;
  buyerAccountId: string;
  sellerAccountId: string;
  sellerReservoirId: string;
  status: OrderStatus;
  version: number;
  nextDeadline: string | null;
  requestedVolumeLiters: number;
  priceQuoteTotalMinor: number;
  currency: string;
  createdAt: string;
  acceptedAt: string | null;
  deliveredAt: string | null;
  deliveredVolumeLiters: number | null;
  remindersSent: number;
  overdueAt: string | null;
  buyerConfirmation: RecordedConfirmation | null;
  sellerConfirmation: RecordedConfirmation | null;
  dispute: Dispute | null;
  resolution: RecordedResolution | null;
}

/** Times in milliseconds; from config, so that tests can wait for deadlines. */
export interface OrderPolicy {
  /** From placing to acceptance. */
  acceptMs: number;
  /** From acceptance to both confirmations. */
  confirmMs: number;
  /** From the confirmation deadline to the dispute opened by the system. */
  overdueMs: number;
  /** From delivery to the end of the buyer's right to dispute. */
  disputeMs: number;
  /** Share of the requested volume by which confirmed volumes may differ without a dispute. */
  volumeTolerancePct: number;
}

export interface OrderInput {
  orderId: string;
  /** Absent in starts by the version before; placing then makes the code. */
  orderCode?: string;
  buyer: Actor;
  sellerAccountId: string;
  sellerReservoirId: string;
  targetReservoirId: string | null;
  fillMode: FillMode;
  /** Null when the target is to be filled. */
  requestedVolumeLiters: number | null;
  currency: string;
  policy: OrderPolicy;
}

/** Search attributes of an order's workflow. */
export const searchableOrder = ({
  buyer,
  orderCode,
  sellerAccountId,
  status,
}: Pick<OrderInput, 'buyer' | 'orderCode' | 'sellerAccountId'> & { status: OrderStatus }) =>
  searchableBy('water', buyer.accountId, { status, orderCode, counterpartId: sellerAccountId });

/** The answer to a transition. */
export interface OrderState {
  orderId: string;
  orderCode: string;
  status: OrderStatus;
  nextDeadline: string | null;
}
export interface PlacedOrder extends OrderState {
  requestedVolumeLiters: number;
  priceQuoteTotalMinor: number;
  currency: string;
}

/** Updates, since each caller learns whether the step was still possible. */
export const placeOrder = defineUpdate<PlacedOrder>('placeOrder');
export const acceptOrder = defineUpdate<OrderState, [Actor]>('acceptOrder');
export const rejectOrder = defineUpdate<OrderState, [Actor]>('rejectOrder');
export const cancelOrder = defineUpdate<OrderState, [Actor]>('cancelOrder');
export const confirmDelivery = defineUpdate<OrderState, [Actor, DeliveryConfirmation]>(
  'confirmDelivery',
);
export const disputeOrder = defineUpdate<OrderState, [Actor, { noteId: string | null }]>(
  'disputeOrder',
);
/**
 * The row version in the workflow's memory: below the row's if all processes died between the two
 * commits.
 */
export const orderVersion = defineQuery<number>('version');
/** Makes the workflow read the order's row. */
export const catchUp = defineUpdate<void>('catchUp');
export const resolveOrder = defineUpdate<OrderState, [Arbiter, Resolution]>('resolveOrder');
