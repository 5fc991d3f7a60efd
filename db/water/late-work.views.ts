import { statement, type Reader } from '../shared/database.js';

// What is due is done within a moment, unless its workflow waits for something. Two reminders come before the deadline.
const orders = statement(
  'lateWork.orders',
  `select o.order_id as id from water.orders o
   where o.status in ('CREATED', 'ACCEPTED', 'DISPUTED') and now() - interval '5 seconds' > case
     when o.status = 'ACCEPTED' and o.overdue_at is null and o.reminders_sent < 2
     then o.accepted_at + (o.next_deadline - o.accepted_at) * (o.reminders_sent + 1) / 3 else o.next_deadline end
   order by o.next_deadline limit $1`,
);
// A busy device is a little behind at any moment, and one that waits ever more.
const devices = statement(
  'lateWork.devices',
  `select i.device_id as id from water.device_inboxes i where i.derived_to < i.signalled_to
   order by i.signalled_to - i.derived_to desc limit $1`,
);

/** Of every account: what has not been done that its row says should have been, the latest first. */
export function createLateWorkViews(read: Reader) {
  const idsBy = async (found: typeof orders, limit: number): Promise<string[]> =>
    (await read.inPlatform<{ id: string }>(found, [limit])).map(({ id }) => id);
  return {
    orders: (limit: number) => idsBy(orders, limit),
    devices: (limit: number) => idsBy(devices, limit),
  };
}
