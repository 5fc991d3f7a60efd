import { Type } from 'typebox';
import { createOrderOversightViews, type OrderPlace } from '../../db/water/order-oversight.views.js';
import { createOrderTimelineViews } from '../../db/water/order-timeline.views.js';
import { createOrderViews, type OrderDetailRow } from '../../db/water/order.views.js';
import { orderStatuses } from '../../workflows/water/order.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import { platformAdmin, route, type Route } from '../shared/route.js';
import { component, namedAccount, object, page, pageQuery, timestamp, uuid } from '../shared/schema.js';
import {
  detailBody,
  orderCode,
  orderDetail,
  orderSummary,
  summaryBody,
  timelineBody,
  timelineItem,
} from './order-answer.schemas.js';
import type { RecordRouteParts } from './site.routes.js';

const tag = 'Oversight';
const orderQuery = object({
  ...pageQuery.properties,
  order_code: Type.Optional(orderCode),
  status: Type.Optional(Type.Enum([...orderStatuses], { description: 'The state that the order is in' })),
  account_id: namedAccount('One of the parties'),
  deadline_before: Type.Optional(Type.String({ ...timestamp, description: 'Something falls due before it' })),
});
const orderName = Type.String({
  pattern: '^(ORD-[0-9A-Za-z]{12}|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$',
  description: 'The id, or the code that people say',
  examples: ['ORD-7K3M9QX2B4TV'],
});
const mostEvents = 200;
const overseenOrder = component(
  'OverseenOrder',
  object({ order_id: uuid, order: orderDetail, timeline: Type.Array(timelineItem, { maxItems: mostEvents }) }),
);
const disputeQuery = object({
  limit: Type.Integer({ minimum: 1, maximum: 50, default: 20 }),
  cursor: pageQuery.properties.cursor,
});

/** What a platform admin sees of orders, to whose parties they do not belong; each look is written down. */
export function createOrderOversightRoutes({ database, cursors: allCursors }: RecordRouteParts): Route[] {
  const oversight = createOrderOversightViews(database.read);
  const orders = createOrderViews(database.read);
  const timelines = createOrderTimelineViews(database.read);
  const cursors = allCursors.of('overseen-orders');
  const placeIn = (cursor: string | undefined) => (cursors.decode(cursor) ?? null) as OrderPlace | null;
  const placeOf = ({ next_deadline, order_id }: { next_deadline: string | null; order_id: string }) => [
    next_deadline,
    order_id,
  ];

  async function detailOf(orderId: string): Promise<OrderDetailRow> {
    const order = await orders.anySnapshot(orderId);
    const row = order && (await orders.detail(order.buyerAccountId, order.orderId));
    if (!row) throw failure('RESOURCE_NOT_FOUND');
    return row;
  }

  return [
    route({
      method: 'get',
      path: '/v1/internal/orders',
      summary: "List anybody's orders, what falls due first before the rest",
      tag,
      access: platformAdmin(),
      audit: { action: 'order.oversee', subject: 'order', id: null },
      query: orderQuery,
      responses: { 200: page(orderSummary) },
    }).handledBy(async ({ query: { limit, cursor, order_code, status, account_id, deadline_before } }) => {
      const filter = {
        orderCode: order_code ?? null,
        status: status ?? null,
        accountId: account_id ?? null,
        deadlineBefore: deadline_before ?? null,
      };
      const rows = await oversight.list(filter, placeIn(cursor), limit + 1);
      const { items, next_cursor } = cursors.page(rows, limit, placeOf);
      return { status: 200, body: { items: items.map(summaryBody), next_cursor } };
    }),

    route({
      method: 'get',
      path: '/v1/internal/orders/:order_id',
      summary: "Read anybody's order, by its id or its code, with all that has happened to it",
      tag,
      access: platformAdmin(),
      audit: { action: 'order.oversee', subject: 'order' },
      params: object({ order_id: orderName }),
      responses: { 200: overseenOrder },
      errors: ['RESOURCE_NOT_FOUND'],
    }).handledBy(async ({ params: { order_id: name } }) => {
      const orderId = name.startsWith('ORD-') ? await oversight.idOf(name) : name;
      if (orderId === undefined) throw failure('RESOURCE_NOT_FOUND');
      const row = await detailOf(orderId);
      const events = await timelines.page(row.buyer_principal_id, row.order_id, 0, mostEvents);
      const body = { order_id: row.order_id, order: detailBody(row), timeline: events.map(timelineBody) };
      return { status: 200, body };
    }),

    route({
      method: 'get',
      path: '/v1/internal/disputes',
      summary: 'List disputes that wait for a platform admin, with what the parties wrote',
      tag,
      access: platformAdmin(),
      audit: { action: 'order.oversee', subject: 'order', id: null },
      query: disputeQuery,
      responses: { 200: page(orderDetail) },
    }).handledBy(async ({ query: { limit, cursor } }) => {
      const filter = { orderCode: null, status: 'DISPUTED', accountId: null, deadlineBefore: null } as const;
      const rows = await oversight.list(filter, placeIn(cursor), limit + 1);
      const { items, next_cursor } = cursors.page(rows, limit, placeOf);
      const details = await Promise.all(items.map(({ order_id }) => detailOf(order_id)));
      return { status: 200, body: { items: details.map(detailBody), next_cursor } };
    }),
  ];
}
