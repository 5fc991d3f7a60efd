import { Type } from 'typebox';
import type { TimelineItem } from '../../db/water/order-timeline.views.js';
import type { OrderDetailView, OrderSummaryView } from '../../db/water/order.views.js';
import {
  disputeReasons,
  orderStatuses,
  type OrderState,
} from '../../workflows/water/order.contract.js';
import { minorDigits } from '../../workflows/water/price.rules.js';
import { etag as etagOf } from '../shared/etag.js';
import {
  component,
  currency,
  decimal,
  majorUnits,
  nullable,
  closedObject,
  timestamp,
  uuid,
  etag,
} from '../route/schema.js';
import {
  comment,
  evidence,
  fillMode,
  measuredLiters,
  note,
  outcome,
  rating,
  volumeLiters,
} from './order.schemas.js';

export const orderCode = Type.String({
  pattern: '^ORD-[0-9A-HJKMNP-TV-Z]{12}$',
  examples: ['ORD-7K3M9QX2B4TV'],
});
const status = Type.Enum([...orderStatuses]);
const state = { order_id: uuid, order_code: orderCode, status, next_deadline: nullable(timestamp) };
export const orderState = component('OrderState', closedObject(state));

const price = { requested_volume_liters: volumeLiters, price_quote_total: decimal, currency };
export const placedOrder = component('PlacedOrder', closedObject({ ...state, ...price }));
export const orderQuote = closedObject({
  price_quote_total: decimal,
  currency,
  price_rule_id: uuid,
  requested_volume_liters: volumeLiters,
  available_liters: Type.Number({ minimum: 0 }),
});

const summary = {
  ...state,
  ...price,
  requested_fill_mode: fillMode,
  created_at: timestamp,
  accepted_at: nullable(timestamp),
  cancelled_at: nullable(timestamp),
  delivered_at: nullable(timestamp),
  buyer_principal_id: uuid,
  seller_principal_id: uuid,
  seller_reservoir_id: uuid,
  target_reservoir_id: nullable(uuid),
  etag,
};
export const orderSummary = component('OrderSummary', closedObject(summary));

const confirmation = closedObject({
  confirmed_volume_liters: measuredLiters,
  confirmed_delivery_at: nullable(timestamp),
  note: nullable(note),
  confirmed_at: timestamp,
  confirmed_by: uuid,
});
const review = closedObject({
  review_id: uuid,
  rating,
  comment: nullable(comment),
  created_at: timestamp,
});
export const submittedReview = closedObject({ review_id: uuid });

export const orderDetail = component(
  'Order',
  closedObject({
    ...summary,
    price_rule_id: uuid,
    delivered_volume_liters: nullable(measuredLiters),
    seller_profile: closedObject({ seller_principal_id: uuid, display_name: Type.String() }),
    buyer_confirmation: nullable(confirmation),
    seller_confirmation: nullable(confirmation),
    dispute: nullable(
      closedObject({
        reason: Type.Enum([...disputeReasons]),
        note: nullable(note),
        opened_at: timestamp,
        opened_by: nullable(uuid),
      }),
    ),
    resolution: nullable(
      closedObject({
        outcome,
        delivered_volume_liters: nullable(measuredLiters),
        evidence_event_ids: evidence,
        resolved_at: timestamp,
        resolved_by: uuid,
      }),
    ),
    review: nullable(review),
    seller_review: nullable(review),
  }),
);

export const timelineItem = closedObject({
  event_id: uuid,
  event_type: Type.String({ examples: ['ORDER_ACCEPTED'] }),
  occurred_at: timestamp,
  actor_principal_id: nullable(uuid),
  details: Type.Record(Type.String(), Type.Unknown()),
});

/** An amount of minor units, in major units for an answer. */
export const amount = (minor: number, code: string): string => majorUnits(minor, minorDigits(code));

export const stateBody = ({ orderId, orderCode: code, status: now, nextDeadline }: OrderState) => ({
  order_id: orderId,
  order_code: code,
  status: now,
  next_deadline: nextDeadline,
});

// JSON leaves out undefined fields. Removing columns by a rest, or adding fields after, costs
// several times the row itself.
export const summaryBody = (row: OrderSummaryView) => ({
  price_quote_total: amount(row.price_quote_total_minor, row.currency),
  etag: etagOf(row.version),
  ...row,
  price_quote_total_minor: undefined,
  version: undefined,
});

export const detailBody = (row: OrderDetailView) => ({
  price_quote_total: amount(row.price_quote_total_minor, row.currency),
  seller_profile: {
    seller_principal_id: row.seller_principal_id,
    display_name: row.seller_display_name,
  },
  etag: etagOf(row.version),
  ...row,
  seller_display_name: undefined,
  price_quote_total_minor: undefined,
  version: undefined,
});

/** An event for reading: amounts also in the format of all other answers. */
export function timelineBody({ subject_seq: _seq, details, ...item }: TimelineItem) {
  const { price_quote_total_minor: minor, currency } = details;
  if (typeof minor !== 'number' || typeof currency !== 'string') return { ...item, details };
  return { ...item, details: { ...details, price_quote_total: amount(minor, currency) } };
}
