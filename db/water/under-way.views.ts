import type { PlacedRow } from '../../workflows/water/order-restart.rules.js';
import { platformAccountId, statement, type Reader } from '../shared/database.js';
import { underWayPageSize } from '../shared/under-way.js';
import { asOrder } from './order.store.js';

export interface OrderUnderWay extends PlacedRow {
  /** In the last hour, and long enough ago for its workflow to know. */
  hasMoved: boolean;
}
export interface DeviceUnderWay {
  deviceId: string;
  acceptedTo: number;
  signalledTo: number;
  derivedTo: number;
}
/** What is younger may still be on its way to its workflow. */
const grace = (parameter: string): string => `${parameter}::float * interval '1 millisecond'`;
const order = (graceOf: string) => `${asOrder}, o.created_by as "createdBy",
  o.updated_at > now() - interval '1 hour' and o.updated_at < now() - ${graceOf} as "hasMoved"`;
// However young: its workflow was there before its row.
const openOrders = statement(
  'under_way.open_orders',
  `select ${order(grace('$2'))} from water.orders o where o.status in ('CREATED', 'ACCEPTED', 'DISPUTED')
     and o.order_id > $1::uuid order by o.order_id limit ${underWayPageSize}`,
);
// Those that close in a moment are left alone: neither clock is exact.
const disputableOrders = statement(
  'under_way.disputable_orders',
  `select ${order(grace('$3'))} from water.orders o where o.status = 'DELIVERED' and o.next_deadline > now() + ${grace('$3')}
     and (o.next_deadline, o.order_id) > ($1::timestamptz, $2::uuid)
   order by o.next_deadline, o.order_id limit ${underWayPageSize}`,
);
const ordersKnown = statement(
  'under_way.orders_known',
  `select o.order_id as "orderId", o.version, o.status in ('REJECTED', 'CANCELLED', 'EXPIRED', 'RESOLVED')
     and o.updated_at < now() - ${grace('$2')} as "hasEnded" from water.orders o where o.order_id = any($1::uuid[])`,
);
const devices = statement(
  'under_way.devices',
  `select i.device_id as "deviceId", i.accepted_to as "acceptedTo", i.signalled_to as "signalledTo", i.derived_to as "derivedTo"
   from water.device_inboxes i where i.device_id > $1 and (i.accepted_to > 0 or exists (
     select 1 from water.device_attachments a where a.device_id = i.device_id and a.detached_at is null))
   order by i.device_id limit ${underWayPageSize}`,
);
/** Of every account: what the rows say is under way, page by page in the order of their keys; none behind the last. */
export const createWaterUnderWayViews = (read: Reader, graceMs: number) => ({
  openOrders: (after?: OrderUnderWay) =>
    read.inPlatform<OrderUnderWay>(openOrders, [after?.orderId ?? platformAccountId, graceMs]),
  disputableOrders: (after?: OrderUnderWay) =>
    read.inPlatform<OrderUnderWay>(disputableOrders, [
      after?.nextDeadline ?? '-infinity',
      after?.orderId ?? platformAccountId,
      graceMs,
    ]),
  devices: (after?: DeviceUnderWay) => read.inPlatform<DeviceUnderWay>(devices, [after?.deviceId ?? '']),

  /** Of the given orders, those that are there. */
  ordersKnown: (orderIds: readonly string[]) =>
    read.inPlatform<{ orderId: string; version: number; hasEnded: boolean }>(ordersKnown, [orderIds, graceMs]),
});
