import { databaseNow } from '../../db/connection/database-clock.js';
import { orderTimelineViews } from '../../db/water/order-timeline.views.js';
import { orderViews } from '../../db/water/order.views.js';
import { reviewRecords } from '../../db/water/review.records.js';
import { policy } from '../../workflows/identity/policy.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import { allowedActions, isReviewable, partyOf } from '../../workflows/water/order.rules.js';
import { member, route, type Route } from '../route/route.js';
import { page, pageQuery } from '../route/schema.js';
import { submittedReview, timelineBody, timelineItem } from './order-answer.schemas.js';
import type { OrderRouteParts } from './order.routes.js';
import { reviewRequest } from './order.schemas.js';

/** An order's timeline of events, and the parties' reviews afterwards. */
export function createReviewRoutes(parts: Pick<OrderRouteParts, 'cursors'>): Route[] {
  const cursors = parts.cursors.of('order-timeline');

  const listTimeline = route({
    method: 'get',
    path: '/v1/accounts/:account_id/orders/:order_id/timeline',
    summary: 'List what happened to an order, oldest first',
    tag: 'Orders',
    access: member(),
    scope: 'water.read',
    query: pageQuery,
    responses: { 200: page(timelineItem) },
  }).handledBy(async ({ scope, params, query: { limit, cursor } }) => {
    const [orderId, after] = (cursors.decode(cursor) as [string, number] | undefined) ?? [
      params.order_id,
      0,
    ];
    if (orderId !== params.order_id) throw failure('INVALID_CURSOR');
    const rows = await orderTimelineViews(scope).page(orderId.toLowerCase(), after, limit + 1);
    // Every order begins with an event, so the first page of an existing order is never empty.
    if (rows.length === 0 && after === 0) throw failure('RESOURCE_NOT_FOUND');
    const { items, next_cursor } = cursors.page(rows, limit, ({ subject_seq }) => [
      orderId,
      subject_seq,
    ]);
    return { status: 200, body: { items: items.map(timelineBody), next_cursor } };
  });

  const reviewOrder = route({
    method: 'post',
    path: '/v1/accounts/:account_id/orders/:order_id/reviews',
    summary: 'Review a delivered order, once a party',
    tag: 'Orders',
    access: member(...policy['orders.decide']),
    scope: 'water.write',
    audit: { action: 'order.review', subject: 'review' },
    body: reviewRequest,
    responses: { 201: submittedReview },
    errors: ['INVALID_ORDER_STATE', 'REVIEW_ALREADY_EXISTS'],
  }).handledBy(async ({ scope, accountId, params, body: { rating, comment = null } }) => {
    const order = await orderViews(scope).snapshot(params.order_id);
    if (!order) throw failure('RESOURCE_NOT_FOUND');
    if (!isReviewable(order))
      throw failure('INVALID_ORDER_STATE', {
        status: order.status,
        allowed: allowedActions(order, databaseNow()),
      });
    const party = partyOf(order, accountId);
    const reviewId = await reviewRecords(scope).submit(order, { party, rating, comment });
    const Location = `/v1/accounts/${accountId}/orders/${order.orderId}`;
    return { status: 201, body: { review_id: reviewId }, headers: { Location } };
  });

  return [listTimeline, reviewOrder];
}
