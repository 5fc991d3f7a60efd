import type { Database } from '../../db/connection/database.js';
import { alertStore } from '../../db/notifications/alert.store.js';
import { orderViews } from '../../db/water/order.views.js';
import type { CausingEvent, InternalConsumer } from '../relay/sink.js';

export interface OrderEvent extends CausingEvent {
  counterpartAccountId: string | null;
}

/** Turns an overdue confirmation of a delivery into an alert of both parties. */
export const createOrderAlertReaction = (parts: { database: Database }): InternalConsumer => ({
  name: 'overdue-alerts',
  on: { ORDER_DELIVERY_OVERDUE: createOrderAlerts(parts).raiseOverdueAlerts },
});

export function createOrderAlerts({ database }: { database: Database }) {
  return {
    /**
     * Alerts both parties, each in its own account, of the missing confirmation; a repeat changes
     * nothing.
     */
    async raiseOverdueAlerts({
      eventId,
      eventType,
      subjectId,
      payload,
      ...event
    }: OrderEvent): Promise<void> {
      for (const accountId of [event.accountId, event.counterpartAccountId]) {
        if (accountId === null) throw new Error('an order has two parties');
        await database.transaction({ accountId }, async (scope) => {
          const order = await orderViews(scope).snapshot(subjectId);
          if (!order) throw new Error('an order that was told of has no row');
          await alertStore(scope).raise({
            eventId,
            eventType,
            subjectId,
            subjectType: 'order',
            contextType: 'ORDER',
            severity: 'WARNING',
            messageKey: 'order.delivery_overdue',
            messageArgs: { order_code: order.orderCode },
            dataSnapshot: payload,
            deeplink: `/orders/${subjectId}`,
            resolvesEarlier: false,
          });
        });
      }
    },
  };
}
