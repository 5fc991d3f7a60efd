import { endedStatuses, openStatuses } from '../../workflows/water/order.rules.js';
import type {
  Dispute,
  Order,
  OrderStatus,
  RecordedConfirmation,
  RecordedResolution,
} from '../../workflows/water/order.contract.js';
import {
  bigInteger,
  float,
  integer,
  json,
  listOf,
  orNull,
  text,
  textOf,
  timestamp,
  uuid,
  type Column,
} from '../connection/column.js';

/** The columns of an order changed by steps. */
export const changingColumns = {
  status: textOf<OrderStatus>(),
  nextDeadline: orNull(timestamp),
  acceptedAt: orNull(timestamp),
  deliveredAt: orNull(timestamp),
  deliveredVolumeLiters: orNull(float),
  remindersSent: integer,
  overdueAt: orNull(timestamp),
  buyerConfirmation: orNull(json<RecordedConfirmation>()),
  sellerConfirmation: orNull(json<RecordedConfirmation>()),
  dispute: orNull(json<Dispute>()),
  resolution: orNull(json<RecordedResolution>()),
};

/** The columns of an order at the start of a step, and in events. */
export const stepColumns = {
  orderCode: text,
  sellerAccountId: uuid,
  sellerReservoirId: uuid,
  requestedVolumeLiters: float,
  createdAt: timestamp,
  ...changingColumns,
};

/** An order for the order's workflow. */
export const orderRow = {
  orderId: uuid,
  buyerAccountId: uuid,
  version: integer,
  priceQuoteTotalMinor: bigInteger,
  currency: text,
  ...stepColumns,
} satisfies { [Name in keyof Order]: Column<Order[Name]> };

/** The account of an order's row is the buyer's. */
export const orderColumns = listOf(orderRow, 'o', { buyerAccountId: 'o.account_id' });

const isOneOf = (statuses: readonly OrderStatus[]): string =>
  `o.status in (${statuses.map((status) => `'${status}'`).join(', ')})`;
/** The rules of the same names, as conditions on `o` (water.orders). */
export const isOpen = isOneOf(openStatuses);
export const hasEnded = isOneOf(endedStatuses);
/** Whether an order holds stock of the seller. */
export const holdsStock = `${isOpen} and o.delivered_at is null`;
