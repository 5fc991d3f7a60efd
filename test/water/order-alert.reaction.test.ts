import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createOrderActivities } from '../../activities/water/order.activities.js';
import { createOrderAlerts, type OrderEvent } from '../../workers/water/order-alert.reaction.js';
import { waterAlertTexts } from '../../workflows/water/alert-text.rules.js';
import { renderAlert } from '../../workflows/notifications/alert-text.rules.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { anOrder, aSeller } from '../support/water/market.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

describe('an overdue delivery', () => {
  it('alerts each party once, however often the event is delivered', async () => {
    const { placeOrder } = createOrderActivities({ database: test.database });
    const order = await placeOrder(anOrder(await aSeller(test.admin)));
    const told = await test.admin.query<{ id: string }>(
      'select event_id as id from platform.events',
    );
    const event: OrderEvent = {
      eventId: told.rows[0]?.id ?? '',
      eventType: 'ORDER_DELIVERY_OVERDUE',
      accountId: order.buyerAccountId,
      counterpartAccountId: order.sellerAccountId,
      subjectId: order.orderId,
      payload: { order_id: order.orderId, is_buyer_confirmed: false, is_seller_confirmed: true },
    };
    const alerts = createOrderAlerts({ database: test.database });
    await alerts.raiseOverdueAlerts(event);
    await alerts.raiseOverdueAlerts(event);
    const { rows } = await test.admin.query(
      'select account_id, severity, context_type, message_args from notifications.alerts',
    );
    const raised = {
      severity: 'WARNING',
      context_type: 'ORDER',
      message_args: { order_code: order.orderCode },
    };
    expect(rows).toHaveLength(2);
    expect(rows).toEqual(
      expect.arrayContaining([
        { account_id: order.buyerAccountId, ...raised },
        { account_id: order.sellerAccountId, ...raised },
      ]),
    );
    for (const language of ['en', 'pt', 'fr'] as const)
      expect(
        renderAlert(waterAlertTexts['order.delivery_overdue'], raised.message_args, language).title,
      ).toContain(order.orderCode);
  });
});
