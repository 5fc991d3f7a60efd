import { createWebhookActivities } from '../../activities/platform/webhook.activities.js';
import { createOutboundHttp } from '../../activities/shared/outbound-http.js';
import type { Config } from '../../config.js';
import { createWebhookStore } from '../../db/platform/webhook.store.js';
import type { Database } from '../../db/shared/database.js';
import { createWebhookSecrets } from '../../db/shared/webhook-secrets.js';
import { breakerPolicy } from '../../workflows/platform/webhook.contract.js';

/** What a process needs to send webhooks, whether as events or as pings. */
export function openWebhooks(config: Config, database: Database) {
  const outbound = createOutboundHttp({ allowsPrivate: config.WEBHOOK_ALLOW_PRIVATE });
  const secrets = createWebhookSecrets(config.deriveKey('webhook secrets'));
  const policy = { ...breakerPolicy, disableAfterMs: config.WEBHOOK_DISABLE_AFTER_MS };
  return {
    outbound,
    secrets,
    store: createWebhookStore({ database, secrets, policy }),
    activities: createWebhookActivities({ outbound }),
    close: () => outbound.close(),
  };
}
