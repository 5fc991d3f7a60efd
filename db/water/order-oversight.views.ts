import type { OrderStatus } from '../../workflows/water/order.contract.js';
import {
  integer,
  orNull,
  text,
  textOf,
  timestamp,
  uuid,
  type Values,
} from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { orderSummaryView, summaryColumns, type OrderSummaryView } from './order.views.js';

const orderFilter = {
  orderCode: orNull(text),
  status: orNull(textOf<OrderStatus>()),
  /** Either party. */
  accountId: orNull(uuid),
  /** With an earlier deadline. */
  deadlineBefore: orNull(timestamp),
};
/** Each part that is not null narrows the result. */
type OrderFilter = Values<typeof orderFilter>;
/** Where a page goes on: behind a deadline and an id. */
export type OrderPlace = readonly [deadline: string | null, orderId: string];

/** The earliest deadline first, then orders without a deadline, newest first. */
const overseenOrders = query({
  name: 'orderOversight.list',
  parameters: {
    ...orderFilter,
    afterDeadline: orNull(timestamp),
    afterOrderId: orNull(uuid),
    limit: integer,
  },
  row: orderSummaryView,
  text: `select ${summaryColumns} from water.orders o
   where (:orderCode is null or o.order_code = :orderCode) and (:status is null or o.status = :status)
     and (:accountId is null or :accountId in (o.account_id, o.seller_account_id))
     and (:deadlineBefore is null or o.next_deadline < :deadlineBefore)
     and (:afterOrderId is null
       or (coalesce(o.next_deadline, 'infinity'), o.order_id) > (coalesce(:afterDeadline, 'infinity'), :afterOrderId))
   order by coalesce(o.next_deadline, 'infinity'), o.order_id limit :limit`,
});

const orderIdByCode = query({
  name: 'orderOversight.idOf',
  parameters: { orderCode: text },
  row: { orderId: uuid },
  text: 'select o.order_id from water.orders o where o.order_code = :orderCode',
});

/**
 * The platform's sight of every account's orders, in the platform's scope: an account's scope sees
 * the account's orders alone.
 */
export const orderOversightViews = (scope: ReadScope) => ({
  list: (
    filter: OrderFilter,
    after: OrderPlace | null,
    limit: number,
  ): Promise<OrderSummaryView[]> => {
    const [afterDeadline = null, afterOrderId = null] = after ?? [];
    return scope.read(overseenOrders, { ...filter, afterDeadline, afterOrderId, limit });
  },
  /** By the order code that people use. */
  async idOf(orderCode: string): Promise<string | undefined> {
    const [order] = await scope.read(orderIdByCode, { orderCode });
    return order?.orderId;
  },
});
