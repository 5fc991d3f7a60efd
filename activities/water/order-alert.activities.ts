import type { Database } from '../../db/shared/database.js';
import { raiseAlert } from '../../db/water/alert.store.js';
import { OrderModel } from '../../db/water/order.model.js';
import type { CausingEvent } from './alert.activities.js';

export interface OrderEvent extends CausingEvent {
  counterpartAccountId: string | null;
}

export function createOrderAlertActivities({ database }: { database: Database }) {
  return {
    /** Tells both parties, each in its own account, that the delivery is not confirmed; delivered again, it does nothing. */
    async raiseOverdueAlerts({ eventId, eventType, subjectId, payload, ...event }: OrderEvent): Promise<void> {
      for (const accountId of [event.accountId, event.counterpartAccountId]) {
        if (accountId === null) throw new Error('an order has two parties');
        await database.inAccount(accountId, async (trx) => {
          const { orderCode } = await OrderModel.query(trx).findOne({ orderId: subjectId }).throwIfNotFound();
          await raiseAlert(trx, {
            ...{ accountId, eventId, eventType, subjectId, subjectType: 'order', contextType: 'ORDER' },
            severity: 'WARNING',
            messageKey: 'order.delivery_overdue',
            messageArgs: { order_code: orderCode },
            dataSnapshot: payload,
            deeplink: `/orders/${subjectId}`,
            resolvesEarlier: false,
          });
        });
      }
    },
  };
}
