import { createOrderViews } from '../../db/water/order.views.js';
import { failure } from '../../workflows/shared/failure.js';
import { member, route, type Route } from '../shared/route.js';
import { page } from '../shared/schema.js';
import { detailBody, orderDetail, orderSummary, summaryBody } from './order-answer.schemas.js';
import { orderListQuery } from './order.schemas.js';
import type { RecordRouteParts } from './site.routes.js';

export function createOrderViewRoutes({ database, cursors: allCursors }: RecordRouteParts): Route[] {
  const views = createOrderViews(database.read);
  const cursors = allCursors.of('orders');

  return [
    route({
      method: 'get',
      path: '/v1/accounts/:account_id/orders',
      summary: 'List orders, newest first',
      tag: 'Orders',
      access: member(),
      query: orderListQuery,
      responses: { 200: page(orderSummary) },
    }).handledBy(async ({ accountId, query: { limit, cursor, view } }) => {
      const [before = null] = cursors.decode(cursor) ?? [];
      const rows = await views.page(accountId, view, before as string | null, limit + 1);
      const { items, next_cursor } = cursors.page(rows, limit, ({ order_id }) => [order_id]);
      return { status: 200, body: { items: items.map(summaryBody), next_cursor } };
    }),

    route({
      method: 'get',
      path: '/v1/accounts/:account_id/orders/:order_id',
      summary: 'Read an order',
      tag: 'Orders',
      access: member(),
      responses: { 200: orderDetail },
    }).handledBy(async ({ accountId, params }) => {
      const row = await views.detail(accountId, params.order_id);
      if (!row) throw failure('RESOURCE_NOT_FOUND');
      return { status: 200, body: detailBody(row) };
    }),
  ];
}
