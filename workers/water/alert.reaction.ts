import { createAlertActivities } from '../../activities/water/alert.activities.js';
import { createDeviceAlertActivities } from '../../activities/water/device-alert.activities.js';
import { createOrderAlertActivities } from '../../activities/water/order-alert.activities.js';
import { createWebhookAlertActivities } from '../../activities/water/webhook-alert.activities.js';
import type { Database } from '../../db/shared/database.js';
import type { InternalConsumer } from '../shared/sink.js';

/** What follows from water's events, and from the platform's about webhooks: alerts. Each knows an event that it has seen. */
export function createAlertReactions({ database }: { database: Database }): InternalConsumer[] {
  const { raiseLevelAlert } = createAlertActivities({ database });
  const { updateDeviceAlerts } = createDeviceAlertActivities({ database });
  const { raiseOverdueAlerts } = createOrderAlertActivities({ database });
  const { updateWebhookAlerts } = createWebhookAlertActivities({ database });
  return [
    { name: 'level-alerts', on: { RESERVOIR_LEVEL_STATE_CHANGED: raiseLevelAlert } },
    {
      name: 'device-alerts',
      on: {
        DEVICE_OFFLINE: updateDeviceAlerts,
        DEVICE_ONLINE: updateDeviceAlerts,
        DEVICE_DETACHED: updateDeviceAlerts,
      },
    },
    { name: 'overdue-alerts', on: { ORDER_DELIVERY_OVERDUE: raiseOverdueAlerts } },
    {
      name: 'webhook-alerts',
      // Those of one webhook wait for each other, each with a connection.
      concurrency: 4,
      on: {
        DELIVERY_DIED: updateWebhookAlerts,
        WEBHOOK_DEAD_LETTERS_DECIDED: updateWebhookAlerts,
        WEBHOOK_SUSPENDED: updateWebhookAlerts,
        WEBHOOK_RECOVERED: updateWebhookAlerts,
        WEBHOOK_DISABLED: updateWebhookAlerts,
        WEBHOOK_UPDATED: updateWebhookAlerts,
        WEBHOOK_DELETED: updateWebhookAlerts,
      },
    },
  ];
}
