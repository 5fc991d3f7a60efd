import type { DisputeReason, FillMode, Order, OrderStatus, Resolution } from '../../workflows/water/order.contract.js';
import { statement, type Reader } from '../shared/database.js';

export interface OrderRow {
  order_id: string;
  order_code: string;
  status: OrderStatus;
  requested_fill_mode: FillMode;
  requested_volume_liters: number;
  price_quote_total_minor: number;
  currency: string;
  next_deadline: string | null;
  created_at: string;
  accepted_at: string | null;
  cancelled_at: string | null;
  delivered_at: string | null;
  buyer_principal_id: string;
  seller_principal_id: string;
  seller_reservoir_id: string;
  target_reservoir_id: string | null;
  version: number;
}
export interface ConfirmationRow {
  confirmed_volume_liters: number;
  confirmed_delivery_at: string | null;
  note: string | null;
  confirmed_at: string;
  confirmed_by: string;
}
export interface ReviewRow {
  review_id: string;
  rating: number;
  comment: string | null;
  created_at: string;
}
export interface OrderDetailRow extends OrderRow {
  price_rule_id: string;
  seller_display_name: string;
  delivered_volume_liters: number | null;
  buyer_confirmation: ConfirmationRow | null;
  seller_confirmation: ConfirmationRow | null;
  dispute: { reason: DisputeReason; note: string | null; opened_at: string; opened_by: string | null } | null;
  resolution: {
    outcome: Resolution['outcome'];
    delivered_volume_liters: number | null;
    evidence_event_ids: string[];
    resolved_at: string;
    resolved_by: string;
  } | null;
  review: ReviewRow | null;
  seller_review: ReviewRow | null;
}

export const orderColumns = `o.order_id, o.order_code, o.status, o.requested_fill_mode, o.requested_volume_liters, o.price_quote_total_minor,
  o.currency, o.next_deadline, o.created_at, o.accepted_at, o.cancelled_at, o.delivered_at, o.account_id as buyer_principal_id,
  o.seller_account_id as seller_principal_id, o.seller_reservoir_id, o.target_reservoir_id, o.version`;

const note = (of: string) => `case when ${of} ->> 'noteId' is not null then (select n.note from water.order_notes n
  where n.account_id = o.account_id and n.order_id = o.order_id and n.note_id = cast(${of} ->> 'noteId' as uuid)) end`;
const confirmation = (of: string) => `case when ${of} is not null then json_build_object(
  'confirmed_volume_liters', ${of} -> 'confirmedVolumeLiters', 'confirmed_delivery_at', ${of} -> 'confirmedDeliveryAt',
  'note', ${note(of)}, 'confirmed_at', ${of} -> 'confirmedAt', 'confirmed_by', ${of} -> 'confirmedBy') end`;
const review = (
  party: string,
) => `(select json_build_object('review_id', v.review_id, 'rating', v.rating, 'comment', v.comment,
    'created_at', to_char(v.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  from water.order_reviews v where v.account_id = o.account_id and v.order_id = o.order_id and v.author_party = '${party}')`;

/** Either party finds its order by the id; to anyone else row-level security answers that there is none. */
const detail = statement(
  'order.detail',
  `select ${orderColumns}, o.price_rule_id, o.seller_display_name, o.delivered_volume_liters,
     ${confirmation('o.buyer_confirmation')} as buyer_confirmation, ${confirmation('o.seller_confirmation')} as seller_confirmation,
     case when o.dispute is not null then json_build_object('reason', o.dispute -> 'reason', 'note', ${note('o.dispute')},
       'opened_at', o.dispute -> 'openedAt', 'opened_by', o.dispute -> 'openedBy') end as dispute,
     case when o.resolution is not null then json_build_object('outcome', o.resolution -> 'outcome',
       'delivered_volume_liters', o.delivered_volume_liters, 'evidence_event_ids', o.resolution -> 'evidenceEventIds',
       'resolved_at', o.resolution -> 'resolvedAt', 'resolved_by', o.resolution -> 'resolvedBy') end as resolution,
     ${review('BUYER')} as review, ${review('SELLER')} as seller_review
   from water.orders o where o.order_id = $1`,
);

/** As the order's workflow knows it. */
const snapshot = statement(
  'order.snapshot',
  `select order_id as "orderId", order_code as "orderCode", account_id as "buyerAccountId", seller_account_id as "sellerAccountId",
     seller_reservoir_id as "sellerReservoirId", status, version, next_deadline as "nextDeadline",
     requested_volume_liters as "requestedVolumeLiters", price_quote_total_minor as "priceQuoteTotalMinor", currency,
     created_at as "createdAt", accepted_at as "acceptedAt", delivered_at as "deliveredAt",
     delivered_volume_liters as "deliveredVolumeLiters", reminders_sent as "remindersSent", overdue_at as "overdueAt",
     buyer_confirmation as "buyerConfirmation", seller_confirmation as "sellerConfirmation", dispute, resolution
   from water.orders where order_id = $1`,
);

// Each side has an index of its own, newest first; a page of both is merged from a page of each.
const side = (account: string) => `(select ${orderColumns} from water.orders o
  where o.${account} = $1 and ($2::uuid is null or o.order_id < $2) order by o.order_id desc limit $3)`;
const pages = {
  buyer: statement('order.page.buyer', side('account_id')),
  seller: statement('order.page.seller', side('seller_account_id')),
  all: statement(
    'order.page.all',
    `select * from (${side('account_id')} union all ${side('seller_account_id')}) both_sides order by order_id desc limit $3`,
  ),
};
export type OrderSide = keyof typeof pages;

export function createOrderViews(read: Reader) {
  return {
    async detail(accountId: string, orderId: string): Promise<OrderDetailRow | undefined> {
      const [row] = await read.inAccount<OrderDetailRow>(accountId, detail, [orderId]);
      return row;
    },
    async snapshot(accountId: string, orderId: string): Promise<Order | undefined> {
      const [order] = await read.inAccount<Order>(accountId, snapshot, [orderId]);
      return order;
    },
    /** For platform admins, who belong to neither party. */
    async anySnapshot(orderId: string): Promise<Order | undefined> {
      const [order] = await read.inPlatform<Order>(snapshot, [orderId]);
      return order;
    },
    page: (accountId: string, of: OrderSide, before: string | null, limit: number) =>
      read.inAccount<OrderRow>(accountId, pages[of], [accountId, before, limit]),
  };
}
export type OrderViews = ReturnType<typeof createOrderViews>;
