import type {
  DisputeReason,
  FillMode,
  Order,
  OrderStatus,
  Resolution,
} from '../../workflows/water/order.contract.js';
import {
  bigInteger,
  builtJson,
  float,
  integer,
  listOf,
  orNull,
  text,
  textOf,
  timestamp,
  uuid,
  type Values,
} from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { orderColumns, orderRow } from './order.row.js';

/** An order in clients' lists. */
export const orderSummaryView = {
  order_id: uuid,
  order_code: text,
  status: textOf<OrderStatus>(),
  requested_fill_mode: textOf<FillMode>(),
  requested_volume_liters: float,
  price_quote_total_minor: bigInteger,
  currency: text,
  next_deadline: orNull(timestamp),
  created_at: timestamp,
  accepted_at: orNull(timestamp),
  cancelled_at: orNull(timestamp),
  delivered_at: orNull(timestamp),
  buyer_principal_id: uuid,
  seller_principal_id: uuid,
  seller_reservoir_id: uuid,
  target_reservoir_id: orNull(uuid),
  version: integer,
};
export type OrderSummaryView = Values<typeof orderSummaryView>;

interface ConfirmationView {
  confirmed_volume_liters: number;
  confirmed_delivery_at: string | null;
  note: string | null;
  confirmed_at: string;
  confirmed_by: string;
}
interface DisputeView {
  reason: DisputeReason;
  note: string | null;
  opened_at: string;
  opened_by: string | null;
}
interface ResolutionView {
  outcome: Resolution['outcome'];
  delivered_volume_liters: number | null;
  evidence_event_ids: string[];
  resolved_at: string;
  resolved_by: string;
}
interface ReviewView {
  review_id: string;
  rating: number;
  comment: string | null;
  created_at: string;
}

/** An order by itself, for clients. */
const orderDetailView = {
  ...orderSummaryView,
  price_rule_id: uuid,
  seller_display_name: text,
  delivered_volume_liters: orNull(float),
  buyer_confirmation: orNull(builtJson<ConfirmationView>()),
  seller_confirmation: orNull(builtJson<ConfirmationView>()),
  dispute: orNull(builtJson<DisputeView>()),
  resolution: orNull(builtJson<ResolutionView>()),
  review: orNull(builtJson<ReviewView>()),
  seller_review: orNull(builtJson<ReviewView>()),
};
export type OrderDetailView = Values<typeof orderDetailView>;

const parties = { buyer_principal_id: 'o.account_id', seller_principal_id: 'o.seller_account_id' };
export const summaryColumns = listOf(orderSummaryView, 'o', parties);

const noteText = (
  field: string,
) => `case when ${field} ->> 'noteId' is not null then (select n.note from water.order_notes n
  where n.account_id = o.account_id and n.order_id = o.order_id and n.note_id = cast(${field} ->> 'noteId' as uuid)) end`;
const confirmation = (field: string) => `case when ${field} is not null then json_build_object(
  'confirmed_volume_liters', ${field} -> 'confirmedVolumeLiters', 'confirmed_delivery_at', ${field} -> 'confirmedDeliveryAt',
  'note', ${noteText(field)}, 'confirmed_at', ${field} -> 'confirmedAt', 'confirmed_by', ${field} -> 'confirmedBy') end`;
const review = (
  party: string,
) => `(select json_build_object('review_id', v.review_id, 'rating', v.rating, 'comment', v.comment,
    'created_at', to_char(v.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  from water.order_reviews v where v.account_id = o.account_id and v.order_id = o.order_id and v.author_party = '${party}')`;

const detailColumns = listOf(orderDetailView, 'o', {
  ...parties,
  buyer_confirmation: confirmation('o.buyer_confirmation'),
  seller_confirmation: confirmation('o.seller_confirmation'),
  dispute: `case when o.dispute is not null then json_build_object('reason', o.dispute -> 'reason', 'note', ${noteText('o.dispute')},
    'opened_at', o.dispute -> 'openedAt', 'opened_by', o.dispute -> 'openedBy') end`,
  resolution: `case when o.resolution is not null then json_build_object('outcome', o.resolution -> 'outcome',
    'delivered_volume_liters', o.delivered_volume_liters, 'evidence_event_ids', o.resolution -> 'evidenceEventIds',
    'resolved_at', o.resolution -> 'resolvedAt', 'resolved_by', o.resolution -> 'resolvedBy') end`,
  review: review('BUYER'),
  seller_review: review('SELLER'),
});

/** Either party finds the order by the id; for anyone else row-level security answers none. */
export const orderDetail = query({
  name: 'order.detail',
  parameters: { orderId: uuid },
  row: orderDetailView,
  text: `select ${detailColumns} from water.orders o where o.order_id = :orderId`,
});

const orderSnapshot = query({
  name: 'order.snapshot',
  parameters: { orderId: uuid },
  row: orderRow,
  text: `select ${orderColumns} from water.orders o where o.order_id = :orderId`,
});

// Each side has an index of its own, newest first; a page of both sides is merged from a page of
// each.
const side = (account: string) => `(select ${summaryColumns} from water.orders o
  where o.${account} = :accountId and (:before is null or o.order_id < :before) order by o.order_id desc limit :limit)`;
const orderPage = (name: string, text: string) =>
  query({
    name,
    parameters: { accountId: uuid, before: orNull(uuid), limit: integer },
    row: orderSummaryView,
    text,
  });
const orderPages = {
  buyer: orderPage('order.page.buyer', side('account_id')),
  seller: orderPage('order.page.seller', side('seller_account_id')),
  all: orderPage(
    'order.page.all',
    `select * from (${side('account_id')} union all ${side('seller_account_id')}) both_sides order by order_id desc limit :limit`,
  ),
};
type OrderSide = keyof typeof orderPages;

/** Of the account's orders, on either side; in the platform's scope, of everybody's. */
export const orderViews = (scope: ReadScope) => ({
  async detail(orderId: string): Promise<OrderDetailView | undefined> {
    const [order] = await scope.read(orderDetail, { orderId });
    return order;
  },
  /** The order for the order's workflow. */
  async snapshot(orderId: string): Promise<Order | undefined> {
    const [order] = await scope.read(orderSnapshot, { orderId });
    return order;
  },
  page: (of: OrderSide, before: string | null, limit: number): Promise<OrderSummaryView[]> =>
    scope.read(orderPages[of], { accountId: scope.accountId, before, limit }),
});
