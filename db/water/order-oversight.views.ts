import type { OrderStatus } from '../../workflows/water/order.contract.js';
import { statement, type Reader } from '../shared/database.js';
import { orderColumns, type OrderRow } from './order.views.js';

/** Each part that is not null narrows what is found. */
export interface OrderFilter {
  orderCode: string | null;
  status: OrderStatus | null;
  /** One of its parties. */
  accountId: string | null;
  /** With a deadline that comes before it. */
  deadlineBefore: string | null;
}
/** Where a page goes on: behind a deadline and an id. */
export type OrderPlace = readonly [deadline: string | null, orderId: string];

/** What is due first comes first, then what waits for nothing, newest first. */
const list = statement(
  'orderOversight.list',
  `select ${orderColumns} from water.orders o
   where ($1::text is null or o.order_code = $1) and ($2::text is null or o.status = $2)
     and ($3::uuid is null or $3 in (o.account_id, o.seller_account_id))
     and ($4::timestamptz is null or o.next_deadline < $4)
     and ($6::uuid is null or (coalesce(o.next_deadline, 'infinity'), o.order_id) > (coalesce($5::timestamptz, 'infinity'), $6))
   order by coalesce(o.next_deadline, 'infinity'), o.order_id limit $7`,
);
const idOf = statement('orderOversight.idOf', 'select o.order_id from water.orders o where o.order_code = $1');

/** The platform's sight of everybody's orders; as millrace_app, whose context of no account may read them. */
export function createOrderOversightViews(read: Reader) {
  return {
    list: ({ orderCode, status, accountId, deadlineBefore }: OrderFilter, after: OrderPlace | null, limit: number) =>
      read.inPlatform<OrderRow>(list, [
        ...[orderCode, status, accountId, deadlineBefore],
        ...[after?.[0] ?? null, after?.[1] ?? null, limit],
      ]),
    /** By the code that people say. */
    async idOf(orderCode: string): Promise<string | undefined> {
      return (await read.inPlatform<{ order_id: string }>(idOf, [orderCode]))[0]?.order_id;
    },
  };
}
export type OrderOversightViews = ReturnType<typeof createOrderOversightViews>;
