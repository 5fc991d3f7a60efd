import { createWebhookActivities } from './webhook-delivery.js';
import { createOutboundHttp } from '../../activities/shared/outbound-http.js';
import type { Config } from '../../config.js';
import type { Database } from '../../db/connection/database.js';
import { createWebhookSecrets } from '../../db/secrets/webhook-secrets.js';
import { breakerPolicy } from '../../workflows/platform/webhook.contract.js';
import { createWebhookEndpoints } from './webhook-endpoints.js';

/** The parts of a process with webhooks, whether for events or for pings. */
export function openWebhooks(config: Config, database: Database) {
  const outbound = createOutboundHttp({ allowsPrivate: config.WEBHOOK_ALLOW_PRIVATE });
  const secrets = createWebhookSecrets(config.deriveKey('webhook secrets'));
  const policy = { ...breakerPolicy, disableAfterMs: config.WEBHOOK_DISABLE_AFTER_MS };
  return {
    outbound,
    secrets,
    endpoints: createWebhookEndpoints({ database, secrets, policy }),
    activities: createWebhookActivities({ outbound }),
    close: () => outbound.close(),
  };
}
