import type { Static } from 'typebox';
import { deliveryDied } from '../../db/platform/dead-letter.events.js';
import { lockWebhook, type LockedWebhook } from '../../db/platform/webhook-standing.views.js';
import type { Database, Transaction } from '../../db/shared/database.js';
import { isAlertOpen, raiseAlert, resolveAlerts, type AlertSubject } from '../../db/water/alert.store.js';
import { webhookIdOf } from '../../workflows/platform/webhook.contract.js';
import { endedWebhookAlerts, webhookAlerts, type WebhookAlert } from '../../workflows/water/webhook-alert.rules.js';
import type { CausingEvent } from './alert.activities.js';

export function createWebhookAlertActivities({ database }: { database: Database }) {
  return {
    /**
     * Raises the alert that the event of a webhook calls for, and resolves those that are over as the webhook is now. Delivered again,
     * or after another, it does nothing more.
     */
    async updateWebhookAlerts(event: CausingEvent): Promise<void> {
      const { accountId } = event;
      const webhookId = webhookOf(event);
      if (webhookId === undefined) return;
      if (accountId === null) throw new Error('a webhook belongs to an account');
      const subject = { accountId, subjectType: 'webhook', subjectId: webhookId };
      await database.inAccount(accountId, async (trx) => {
        const webhook = await lockWebhook(trx, accountId, webhookId);
        const alert = webhookAlerts[event.eventType];
        if (webhook && alert && (await isNews(trx, event, subject, webhook)))
          await raiseAlert(trx, { ...subject, ...alertOf(event, alert, webhook), deeplink: `/webhooks/${webhookId}` });
        await resolveAlerts(trx, subject, endedWebhookAlerts(webhook));
      });
    },
  };
}

/** The webhook that an event is about; undefined for the dead letter of another kind of consumer. */
function webhookOf({ eventType, subjectId, payload }: CausingEvent): string | undefined {
  if (eventType !== deliveryDied.type) return subjectId;
  const { consumer_id: consumerId, consumer_kind: kind } = payload as Static<typeof deliveryDied.payload>;
  return kind === 'webhook' ? webhookIdOf(consumerId) : undefined;
}

/** One dead letter or many hold a webhook up alike, so it is told once, until it is over; and not when that is over already. */
async function isNews(
  trx: Transaction,
  { eventType }: CausingEvent,
  subject: AlertSubject,
  { isHeld }: LockedWebhook,
): Promise<boolean> {
  if (eventType !== deliveryDied.type) return true;
  return isHeld && !(await isAlertOpen(trx, subject, 'webhook.dead_letter'));
}

const alertOf = ({ eventId, eventType, payload }: CausingEvent, alert: WebhookAlert, { url }: LockedWebhook) => ({
  ...{ eventId, eventType, ...alert, contextType: 'SYSTEM' as const, dataSnapshot: payload },
  // Any member reads alerts, and a URL may hold a key.
  messageArgs: { webhook_host: new URL(url).host },
  resolvesEarlier: false,
});
