import {
  boolean,
  float,
  integer,
  arrayOf,
  timestamp,
  uuid,
  type Values,
} from '../connection/column.js';
import { platformAccountId, type ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { underWayPageSize } from '../shared/under-way.js';
import { hasEnded, isOpen, orderColumns, orderRow } from './order.row.js';

const orderUnderWay = {
  ...orderRow,
  createdBy: uuid,
  /** In the last hour, and long enough ago for the workflow to know. */
  hasMoved: boolean,
};
export type OrderUnderWay = Values<typeof orderUnderWay>;

/** Younger changes may still be on the way to the workflow. */
const grace = "(:graceMs * interval '1 millisecond')";
const columns = `${orderColumns}, o.created_by,
  o.updated_at > now() - interval '1 hour' and o.updated_at < now() - ${grace} as has_moved`;

// Of any age: the workflow starts before the row exists.
const openOrders = query({
  name: 'under_way.open_orders',
  parameters: { afterOrderId: uuid, graceMs: float },
  row: orderUnderWay,
  text: `select ${columns} from water.orders o where ${isOpen}
     and o.order_id > :afterOrderId order by o.order_id limit ${underWayPageSize}`,
});

// Orders that close in a moment are left alone: neither clock is exact.
const disputableOrders = query({
  name: 'under_way.disputable_orders',
  parameters: { afterDeadline: timestamp, afterOrderId: uuid, graceMs: float },
  row: orderUnderWay,
  text: `select ${columns} from water.orders o where o.status = 'DELIVERED' and o.next_deadline > now() + ${grace}
     and (o.next_deadline, o.order_id) > (:afterDeadline, :afterOrderId)
   order by o.next_deadline, o.order_id limit ${underWayPageSize}`,
});

const knownOrders = query({
  name: 'under_way.orders_known',
  parameters: { orderIds: arrayOf(uuid), graceMs: float },
  row: { orderId: uuid, version: integer, hasEnded: boolean },
  text: `select o.order_id, o.version, ${hasEnded} and o.updated_at < now() - ${grace} as has_ended
   from water.orders o where o.order_id = any(:orderIds)`,
});

/**
 * Orders of every account, in the platform's scope: under way by the rows, page by page in key
 * order; none behind the last.
 */
export const orderUnderWayViews = (scope: ReadScope, graceMs: number) => ({
  openOrders: (after?: OrderUnderWay) =>
    scope.read(openOrders, { afterOrderId: after?.orderId ?? platformAccountId, graceMs }),
  disputableOrders: (after?: OrderUnderWay) =>
    scope.read(disputableOrders, {
      afterDeadline: after?.nextDeadline ?? '-infinity',
      afterOrderId: after?.orderId ?? platformAccountId,
      graceMs,
    }),
  /** The given orders that have a row. */
  ordersKnown: (orderIds: readonly string[]) => scope.read(knownOrders, { orderIds, graceMs }),
});
