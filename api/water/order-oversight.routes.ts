import { Type } from 'typebox';
import type { ReadScope } from '../../db/connection/database.js';
import { orderOversightViews, type OrderPlace } from '../../db/water/order-oversight.views.js';
import { orderTimelineViews } from '../../db/water/order-timeline.views.js';
import { orderViews, type OrderDetailView } from '../../db/water/order.views.js';
import { orderStatuses } from '../../workflows/water/order.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import { platformStaff, route, type Route } from '../route/route.js';
import {
  component,
  namedAccount,
  closedObject,
  page,
  pageQuery,
  timestamp,
  uuid,
} from '../route/schema.js';
import {
  detailBody,
  orderCode,
  orderDetail,
  orderSummary,
  summaryBody,
  timelineBody,
  timelineItem,
} from './order-answer.schemas.js';
import type { RecordRouteParts } from '../shared/route-parts.js';

const tag = 'Oversight';
const orderQuery = closedObject({
  ...pageQuery.properties,
  order_code: Type.Optional(orderCode),
  status: Type.Optional(
    Type.Enum([...orderStatuses], { description: 'The state that the order is in' }),
  ),
  account_id: namedAccount('One of the parties'),
  deadline_before: Type.Optional(
    Type.String({ ...timestamp, description: 'Something falls due before it' }),
  ),
});
const orderName = Type.String({
  pattern: '^(ORD-[0-9A-Za-z]{12}|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$',
  description: 'The id, or the code that people say',
  examples: ['ORD-7K3M9QX2B4TV'],
});
const mostEvents = 200;
const overseenOrder = component(
  'OverseenOrder',
  closedObject({
    order_id: uuid,
    order: orderDetail,
    timeline: Type.Array(timelineItem, { maxItems: mostEvents }),
  }),
);
const disputeQuery = closedObject({
  limit: Type.Integer({ minimum: 1, maximum: 50, default: 20 }),
  cursor: pageQuery.properties.cursor,
});

/** A platform admin's view of all accounts' orders; each look is recorded in the audit log. */
export function createOrderOversightRoutes({
  database,
  cursors: allCursors,
}: RecordRouteParts): Route[] {
  const cursors = allCursors.of('overseen-orders');
  const placeIn = (cursor: string | undefined) =>
    (cursors.decode(cursor) ?? null) as OrderPlace | null;
  const placeOf = ({
    next_deadline,
    order_id,
  }: {
    next_deadline: string | null;
    order_id: string;
  }) => [next_deadline, order_id];

  /** Reads in the scope of the order's buyer, since the buyer may read the whole order. */
  async function detailOf(scope: ReadScope, orderId: string): Promise<OrderDetailView> {
    const order = await orderViews(scope).snapshot(orderId);
    const detail = order && (await orderViews(buyersScope(order.buyerAccountId)).detail(orderId));
    if (!detail) throw failure('RESOURCE_NOT_FOUND');
    return detail;
  }
  const buyersScope = (accountId: string): ReadScope => database.reads({ accountId });

  const listOverseenOrders = route({
    method: 'get',
    path: '/v1/internal/orders',
    summary: "List anybody's orders, what falls due first before the rest",
    tag,
    access: platformStaff(),
    audit: { action: 'order.oversee', subject: 'order', id: null },
    query: orderQuery,
    responses: { 200: page(orderSummary) },
  }).handledBy(
    async ({
      scope,
      query: { limit, cursor, order_code, status, account_id, deadline_before },
    }) => {
      const filter = {
        orderCode: order_code ?? null,
        status: status ?? null,
        accountId: account_id ?? null,
        deadlineBefore: deadline_before ?? null,
      };
      const rows = await orderOversightViews(scope).list(filter, placeIn(cursor), limit + 1);
      const { items, next_cursor } = cursors.page(rows, limit, placeOf);
      return { status: 200, body: { items: items.map(summaryBody), next_cursor } };
    },
  );

  const readOverseenOrder = route({
    method: 'get',
    path: '/v1/internal/orders/:order_id',
    summary: "Read anybody's order, by its id or its code, with all that has happened to it",
    tag,
    access: platformStaff(),
    audit: { action: 'order.oversee', subject: 'order' },
    params: closedObject({ order_id: orderName }),
    responses: { 200: overseenOrder },
    errors: ['RESOURCE_NOT_FOUND'],
  }).handledBy(async ({ scope, params: { order_id: name } }) => {
    const orderId = name.startsWith('ORD-') ? await orderOversightViews(scope).idOf(name) : name;
    if (orderId === undefined) throw failure('RESOURCE_NOT_FOUND');
    const row = await detailOf(scope, orderId);
    const events = await orderTimelineViews(buyersScope(row.buyer_principal_id)).page(
      row.order_id,
      0,
      mostEvents,
    );
    const body = {
      order_id: row.order_id,
      order: detailBody(row),
      timeline: events.map(timelineBody),
    };
    return { status: 200, body };
  });

  const listDisputes = route({
    method: 'get',
    path: '/v1/internal/disputes',
    summary: 'List disputes that wait for a platform admin, with what the parties wrote',
    tag,
    access: platformStaff(),
    audit: { action: 'order.oversee', subject: 'order', id: null },
    query: disputeQuery,
    responses: { 200: page(orderDetail) },
  }).handledBy(async ({ scope, query: { limit, cursor } }) => {
    const filter = {
      orderCode: null,
      status: 'DISPUTED',
      accountId: null,
      deadlineBefore: null,
    } as const;
    const rows = await orderOversightViews(scope).list(filter, placeIn(cursor), limit + 1);
    const { items, next_cursor } = cursors.page(rows, limit, placeOf);
    const details = await Promise.all(items.map(({ order_id }) => detailOf(scope, order_id)));
    return { status: 200, body: { items: details.map(detailBody), next_cursor } };
  });

  return [listOverseenOrders, readOverseenOrder, listDisputes];
}
