import { orderViews } from '../../db/water/order.views.js';
import { failure } from '../../workflows/shared/failure.js';
import { member, route, type Route } from '../route/route.js';
import { page } from '../route/schema.js';
import { detailBody, orderDetail, orderSummary, summaryBody } from './order-answer.schemas.js';
import { orderListQuery } from './order.schemas.js';
import type { RecordRouteParts } from '../shared/route-parts.js';

export function createOrderViewRoutes({
  cursors: allCursors,
}: Pick<RecordRouteParts, 'cursors'>): Route[] {
  const cursors = allCursors.of('orders');

  const listOrders = route({
    method: 'get',
    path: '/v1/accounts/:account_id/orders',
    summary: 'List orders, newest first',
    tag: 'Orders',
    access: member(),
    scope: 'water.read',
    query: orderListQuery,
    responses: { 200: page(orderSummary) },
  }).handledBy(async ({ scope, query: { limit, cursor, view } }) => {
    const [before = null] = cursors.decode(cursor) ?? [];
    const rows = await orderViews(scope).page(view, before as string | null, limit + 1);
    const { items, next_cursor } = cursors.page(rows, limit, ({ order_id }) => [order_id]);
    return { status: 200, body: { items: items.map(summaryBody), next_cursor } };
  });

  const readOrder = route({
    method: 'get',
    path: '/v1/accounts/:account_id/orders/:order_id',
    summary: 'Read an order',
    tag: 'Orders',
    access: member(),
    scope: 'water.read',
    responses: { 200: orderDetail },
  }).handledBy(async ({ scope, params }) => {
    const row = await orderViews(scope).detail(params.order_id);
    if (!row) throw failure('RESOURCE_NOT_FOUND');
    return { status: 200, body: detailBody(row) };
  });

  return [listOrders, readOrder];
}
