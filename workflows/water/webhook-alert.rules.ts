import type { WebhookStanding } from '../platform/webhook.contract.js';
import type { AlertMessageKey, AlertSeverity } from './alert.contract.js';

export interface WebhookAlert {
  severity: AlertSeverity;
  messageKey: AlertMessageKey;
}

/** What the account is told when an event of this type comes; of the other events about its webhooks, nothing. */
export const webhookAlerts: Readonly<Record<string, WebhookAlert>> = {
  DELIVERY_DIED: { severity: 'WARNING', messageKey: 'webhook.dead_letter' },
  WEBHOOK_SUSPENDED: { severity: 'CRITICAL', messageKey: 'webhook.suspended' },
  WEBHOOK_DISABLED: { severity: 'CRITICAL', messageKey: 'webhook.disabled' },
  WEBHOOK_RECOVERED: { severity: 'INFO', messageKey: 'webhook.recovered' },
};

/**
 * What is over of a webhook that stands like this, or is gone (undefined). While we send it nothing, all that was told stays open: it
 * got worse, not better. Who switches a webhook off needs no alert of it.
 */
export function endedWebhookAlerts(standing: WebhookStanding | undefined): AlertMessageKey[] {
  const stopped: AlertMessageKey[] = ['webhook.suspended', 'webhook.disabled'];
  if (standing === undefined) return [...stopped, 'webhook.dead_letter'];
  const { status, disabledReason, isHeld } = standing;
  if (status === 'SUSPENDED' || (status === 'DISABLED' && disabledReason !== 'OWNER')) return [];
  return isHeld ? stopped : [...stopped, 'webhook.dead_letter'];
}
