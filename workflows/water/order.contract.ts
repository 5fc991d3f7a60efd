import { defineQuery, defineUpdate } from '@temporalio/workflow';
import { searchableBy } from '../shared/search-attributes.js';
import type { SignedStart } from '../shared/start.js';

/** What the outside may know of an order's workflow. */
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
/** What an order's workflow is, for people who look at a list of them. */
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

/** Who acts: a person, for the account that is one party of the order. */
export interface Actor {
  accountId: string;
  principalId: string;
  /** The command that this is, completed with the change. */
  commandId?: string;
}
/** A platform admin, who belongs to neither party. */
export interface Arbiter {
  principalId: string;
  commandId?: string;
}

/** What one party says was delivered. `noteId` names a note kept in the database. */
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

/** What a platform admin decides on the evidence of these events. */
export interface Resolution {
  outcome: (typeof resolutionOutcomes)[number];
  deliveredVolumeLiters: number | null;
  evidenceEventIds: string[];
}
export interface RecordedResolution extends Resolution {
  resolvedAt: string;
  resolvedBy: string;
}

/** An order as its row says and as its workflow remembers it; the row decides. */
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

/** Times in milliseconds; from config, so that tests can wait for them. */
export interface OrderPolicy {
  /** From placing to acceptance. */
  acceptMs: number;
  /** From acceptance to both confirmations. */
  confirmMs: number;
  /** From then to the dispute that the system opens. */
  overdueMs: number;
  /** From delivery to the end of the buyer's right to dispute. */
  disputeMs: number;
  /** Confirmed volumes that differ by more than this share of the requested one open a dispute. */
  volumeTolerancePct: number;
}

export interface OrderInput {
  orderId: string;
  /** Missing in what the version before started, whose code its placing makes. */
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

/** What an order's workflow is found by. */
export const searchableOrder = ({
  buyer,
  orderCode,
  sellerAccountId,
  status,
}: Pick<OrderInput, 'buyer' | 'orderCode' | 'sellerAccountId'> & { status: OrderStatus }) =>
  searchableBy('water', buyer.accountId, { status, orderCode, counterpartId: sellerAccountId });

/** What a transition answers. */
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

/** Each caller learns whether it was still possible, so these are updates. */
export const placeOrder = defineUpdate<PlacedOrder>('placeOrder');
export const acceptOrder = defineUpdate<OrderState, [Actor]>('acceptOrder');
export const rejectOrder = defineUpdate<OrderState, [Actor]>('rejectOrder');
export const cancelOrder = defineUpdate<OrderState, [Actor]>('cancelOrder');
export const confirmDelivery = defineUpdate<OrderState, [Actor, DeliveryConfirmation]>('confirmDelivery');
export const disputeOrder = defineUpdate<OrderState, [Actor, { noteId: string | null }]>('disputeOrder');
/** The row version that the workflow knows: below the row's when everything died between the two commits. */
export const orderVersion = defineQuery<number>('version');
/** Makes the workflow look at its row. */
export const catchUp = defineUpdate<void>('catchUp');
export const resolveOrder = defineUpdate<OrderState, [Arbiter, Resolution]>('resolveOrder');
