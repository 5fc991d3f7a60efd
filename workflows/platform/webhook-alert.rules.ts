import type { WebhookStanding } from './webhook.contract.js';
import type { PlatformAlertKey } from './alert-text.rules.js';
import type { AlertSeverity } from '../notifications/alert.contract.js';

export interface WebhookAlert {
  severity: AlertSeverity;
  messageKey: PlatformAlertKey;
}

/** The alert of an event type about webhooks; the other event types have no alert. */
export const webhookAlerts: Readonly<Record<string, WebhookAlert>> = {
  DELIVERY_DIED: { severity: 'WARNING', messageKey: 'webhook.dead_letter' },
  WEBHOOK_SUSPENDED: { severity: 'CRITICAL', messageKey: 'webhook.suspended' },
  WEBHOOK_DISABLED: { severity: 'CRITICAL', messageKey: 'webhook.disabled' },
  WEBHOOK_RECOVERED: { severity: 'INFO', messageKey: 'webhook.recovered' },
};

/**
 * Alerts ended by a webhook's standing, or by its removal (undefined). While Millrace sends nothing
 * to a failing webhook all alerts stay open: the webhook got worse, not better. An owner who
 * switches a webhook off needs no alert.
 */
export function endedWebhookAlerts(standing: WebhookStanding | undefined): PlatformAlertKey[] {
  const stopped: PlatformAlertKey[] = ['webhook.suspended', 'webhook.disabled'];
  if (standing === undefined) return [...stopped, 'webhook.dead_letter'];
  const { status, disabledReason, isHeld } = standing;
  if (status === 'SUSPENDED' || (status === 'DISABLED' && disabledReason !== 'OWNER')) return [];
  return isHeld ? stopped : [...stopped, 'webhook.dead_letter'];
}
