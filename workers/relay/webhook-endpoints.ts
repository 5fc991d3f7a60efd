import type { Database } from '../../db/connection/database.js';
import {
  webhookEndpointViews,
  type WebhookEndpoint,
} from '../../db/platform/webhook/webhook-endpoint.views.js';
import { webhookStore, type WebhookStore } from '../../db/platform/webhook/webhook.store.js';
import type { WebhookSecrets } from '../../db/secrets/webhook-secrets.js';
import type { BreakerPolicy } from '../../workflows/platform/webhook.contract.js';

export type WebhookIds = Pick<WebhookEndpoint, 'accountId' | 'webhookId'>;

interface WebhookEndpointParts {
  database: Pick<Database, 'reads' | 'transaction'>;
  secrets: WebhookSecrets;
  policy: BreakerPolicy;
}

/** The endpoints of all accounts, for senders; each change is a transaction. */
export function createWebhookEndpoints({ database, secrets, policy }: WebhookEndpointParts) {
  const change = <Result>(
    { accountId }: WebhookIds,
    work: (store: WebhookStore) => Promise<Result>,
  ): Promise<Result> =>
    database.transaction({ accountId }, (scope) => work(webhookStore(scope, { policy })));

  return {
    find: (accountId: string, webhookId: string) =>
      webhookEndpointViews(database.reads({ accountId }), { secrets }).byId(webhookId),
    exhausted: (ids: WebhookIds, deliveryId: string) =>
      change(ids, (store) => store.exhausted(ids.webhookId, deliveryId)),
    delivered: (ids: WebhookIds) => change(ids, (store) => store.delivered(ids.webhookId)),
    probeFailed: (ids: WebhookIds) => change(ids, (store) => store.probeFailed(ids.webhookId)),
    gone: (ids: WebhookIds) => change(ids, (store) => store.gone(ids.webhookId)),
  };
}
export type WebhookEndpoints = ReturnType<typeof createWebhookEndpoints>;
