import type { Static } from 'typebox';
import { deliveryDied } from '../../db/platform/webhook/dead-letter.events.js';
import {
  webhookStandingStore,
  type LockedWebhook,
} from '../../db/platform/webhook/webhook-standing.store.js';
import type { Database } from '../../db/connection/database.js';
import {
  alertStore,
  type AlertStore,
  type AlertSubject,
} from '../../db/notifications/alert.store.js';
import { webhookIdOf } from '../../workflows/platform/webhook.contract.js';
import {
  endedWebhookAlerts,
  webhookAlerts,
  type WebhookAlert,
} from '../../workflows/platform/webhook-alert.rules.js';
import type { CausingEvent, InternalConsumer } from '../relay/sink.js';

/** Turns events of a webhook into alerts of the webhook's account. */
export function createWebhookAlertReaction(parts: { database: Database }): InternalConsumer {
  const { updateWebhookAlerts } = createWebhookAlerts(parts);
  return {
    name: 'webhook-alerts',
    // The events of one webhook wait for each other, each with a connection.
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
  };
}

export function createWebhookAlerts({ database }: { database: Database }) {
  return {
    /**
     * Raises the alert for a webhook's event, and resolves alerts over by the webhook's current
     * state. A repeat, or a delivery after a later event, changes nothing more.
     */
    async updateWebhookAlerts(event: CausingEvent): Promise<void> {
      const { accountId } = event;
      const webhookId = webhookOf(event);
      if (webhookId === undefined) return;
      if (accountId === null) throw new Error('a webhook belongs to an account');
      const subject = { subjectType: 'webhook', subjectId: webhookId };
      await database.transaction({ accountId }, async (scope) => {
        const alerts = alertStore(scope);
        const webhook = await webhookStandingStore(scope).lock(webhookId);
        const alert = webhookAlerts[event.eventType];
        if (webhook && alert && (await isNews(alerts, event, subject, webhook)))
          await alerts.raise({
            ...subject,
            ...alertOf(event, alert, webhook),
            deeplink: `/webhooks/${webhookId}`,
          });
        await alerts.resolve(subject, endedWebhookAlerts(webhook));
      });
    },
  };
}

/** The webhook of an event; undefined for the dead letter of another kind of consumer. */
function webhookOf({ eventType, subjectId, payload }: CausingEvent): string | undefined {
  if (eventType !== deliveryDied.type) return subjectId;
  const { consumer_id: consumerId, consumer_kind: kind } = payload as Static<
    typeof deliveryDied.payload
  >;
  return kind === 'webhook' ? webhookIdOf(consumerId) : undefined;
}

/**
 * One dead letter or many hold a webhook up alike, so a single alert is open at a time; none when
 * the hold-up is over already.
 */
async function isNews(
  alerts: AlertStore,
  { eventType }: CausingEvent,
  subject: AlertSubject,
  { isHeld }: LockedWebhook,
): Promise<boolean> {
  if (eventType !== deliveryDied.type) return true;
  return isHeld && !(await alerts.isOpen(subject, 'webhook.dead_letter'));
}

const alertOf = (
  { eventId, eventType, payload }: CausingEvent,
  alert: WebhookAlert,
  { url }: LockedWebhook,
) => ({
  eventId,
  eventType,
  ...alert,
  contextType: 'SYSTEM' as const,
  dataSnapshot: payload,
  // Any member reads alerts, and a URL may hold a key.
  messageArgs: { webhook_host: new URL(url).host },
  resolvesEarlier: false,
});
