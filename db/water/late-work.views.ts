import { integer, uuid } from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { isOpen } from './order.row.js';

// A due step is done within a moment, unless the workflow waits. Two reminders come before the
// deadline.
const lateOrders = query({
  name: 'lateWork.orders',
  parameters: { limit: integer },
  row: { orderId: uuid },
  text: `select o.order_id from water.orders o
   where ${isOpen} and now() - interval '5 seconds' > case
     when o.status = 'ACCEPTED' and o.overdue_at is null and o.reminders_sent < 2
     then o.accepted_at + (o.next_deadline - o.accepted_at) * (o.reminders_sent + 1) / 3 else o.next_deadline end
   order by o.next_deadline limit :limit`,
});

/**
 * Orders of every account, in the platform's scope, with a step overdue by the row; the latest
 * first.
 */
export const lateOrderViews = (scope: ReadScope) => ({
  async ids(limit: number): Promise<string[]> {
    return (await scope.read(lateOrders, { limit })).map(({ orderId }) => orderId);
  },
});
