import { Type, type TObject, type TProperties } from 'typebox';
import {
  disputeReasons,
  resolutionOutcomes,
  type Order,
} from '../../workflows/water/order.contract.js';
import type { OrderEventType } from '../../workflows/water/order-transition.contract.js';
import { defineEvent, type NewEvent } from '../shared/event.js';

const uuid = Type.String({ format: 'uuid' });
const liters = Type.Number({ minimum: 0 });
const nullable = <Schema extends TProperties[string]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);
const exampleIds = {
  order_id: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f',
  seller_reservoir_id: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e30',
};

/** An event about one order; all carry the same two ids. */
function defineOrderEvent(type: string, details: TProperties, example: Record<string, unknown>) {
  // The schema checks the fields as each event is made; one static type fits all events of orders.
  const payload: TObject = Type.Object(
    { order_id: uuid, seller_reservoir_id: uuid, ...details },
    { additionalProperties: false },
  );
  return defineEvent({
    type,
    version: 1,
    topic: `water.${type.toLowerCase().replace('_', '.')}`,
    subjectType: 'order',
    payload,
    example: { ...exampleIds, ...example },
  });
}

const confirmations = { is_buyer_confirmed: Type.Boolean(), is_seller_confirmed: Type.Boolean() };
const confirmationsExample = { is_buyer_confirmed: true, is_seller_confirmed: false };

export const orderCreated = defineOrderEvent(
  'ORDER_CREATED',
  {
    target_reservoir_id: nullable(uuid),
    price_rule_id: uuid,
    requested_volume_liters: liters,
    price_quote_total_minor: Type.Integer({ minimum: 0 }),
    currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  },
  {
    target_reservoir_id: null,
    price_rule_id: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e31',
    requested_volume_liters: 500,
    price_quote_total_minor: 12550,
    currency: 'KES',
  },
);
export const orderAccepted = defineOrderEvent('ORDER_ACCEPTED', {}, {});
export const orderRejected = defineOrderEvent('ORDER_REJECTED', {}, {});
export const orderCancelled = defineOrderEvent('ORDER_CANCELLED', {}, {});
export const orderExpired = defineOrderEvent('ORDER_EXPIRED', {}, {});
export const orderConfirmationReminder = defineOrderEvent(
  'ORDER_CONFIRMATION_REMINDER',
  { reminder: Type.Integer({ minimum: 1 }), ...confirmations },
  { reminder: 1, ...confirmationsExample },
);
export const orderDeliveryConfirmed = defineOrderEvent(
  'ORDER_DELIVERY_CONFIRMED',
  { buyer_confirmed_liters: nullable(liters), seller_confirmed_liters: nullable(liters) },
  { buyer_confirmed_liters: 500, seller_confirmed_liters: null },
);
export const orderDeliveryOverdue = defineOrderEvent(
  'ORDER_DELIVERY_OVERDUE',
  confirmations,
  confirmationsExample,
);
export const orderDelivered = defineOrderEvent(
  'ORDER_DELIVERED',
  { delivered_volume_liters: liters },
  { delivered_volume_liters: 500 },
);
export const orderDisputed = defineOrderEvent(
  'ORDER_DISPUTED',
  { reason: Type.Enum([...disputeReasons]) },
  { reason: 'BUYER' },
);
export const orderResolved = defineOrderEvent(
  'ORDER_RESOLVED',
  { outcome: Type.Enum([...resolutionOutcomes]), delivered_volume_liters: nullable(liters) },
  { outcome: 'DELIVERED', delivered_volume_liters: 500 },
);

const transitions = {
  ORDER_ACCEPTED: [orderAccepted, () => ({})],
  ORDER_REJECTED: [orderRejected, () => ({})],
  ORDER_CANCELLED: [orderCancelled, () => ({})],
  ORDER_EXPIRED: [orderExpired, () => ({})],
  ORDER_CONFIRMATION_REMINDER: [
    orderConfirmationReminder,
    (order) => ({ reminder: order.remindersSent, ...confirmationsOf(order) }),
  ],
  ORDER_DELIVERY_CONFIRMED: [
    orderDeliveryConfirmed,
    ({ buyerConfirmation, sellerConfirmation }) => ({
      buyer_confirmed_liters: buyerConfirmation?.confirmedVolumeLiters ?? null,
      seller_confirmed_liters: sellerConfirmation?.confirmedVolumeLiters ?? null,
    }),
  ],
  ORDER_DELIVERY_OVERDUE: [orderDeliveryOverdue, (order) => confirmationsOf(order)],
  ORDER_DELIVERED: [
    orderDelivered,
    (order) => ({ delivered_volume_liters: order.deliveredVolumeLiters }),
  ],
  ORDER_DISPUTED: [orderDisputed, (order) => ({ reason: order.dispute?.reason })],
  ORDER_RESOLVED: [
    orderResolved,
    (order) => ({
      outcome: order.resolution?.outcome,
      delivered_volume_liters: order.deliveredVolumeLiters,
    }),
  ],
} satisfies Record<OrderEventType, [ReturnType<typeof defineOrderEvent>, (order: Order) => object]>;

const confirmationsOf = ({ buyerConfirmation, sellerConfirmation }: Order) => ({
  is_buyer_confirmed: buyerConfirmation !== null,
  is_seller_confirmed: sellerConfirmation !== null,
});

/** The event of a transition, from the row after the transition. */
export function transitionEvent(
  type: OrderEventType,
  order: Order,
  by: string | null,
  occurredAt: string,
): NewEvent {
  const [definition, detailsOf] = transitions[type];
  return definition.of({
    accountId: order.buyerAccountId,
    counterpartAccountId: order.sellerAccountId,
    subjectId: order.orderId,
    actorPrincipalId: by,
    occurredAt,
    payload: {
      order_id: order.orderId,
      seller_reservoir_id: order.sellerReservoirId,
      ...detailsOf(order),
    },
  });
}
