import type { WebhookActivities } from '../../activities/platform/webhook.activities.js';
import type { StoredEvent } from '../../db/platform/event.store.js';
import type { WebhookEndpoint, WebhookStore } from '../../db/platform/webhook.store.js';
import type { Consumer } from '../../workflows/platform/delivery.contract.js';
import { eventEnvelope } from '../../workflows/platform/event.contract.js';
import { webhookIdOf } from '../../workflows/platform/webhook.contract.js';
import type { Logger } from './logger.js';
import type { DeliveryOutcome, Sink } from './sink.js';

export interface WebhookSinkParts {
  webhooks: WebhookStore;
  send: WebhookActivities['send'];
  logger: Logger;
}

/** No try: the consumer is paused or disabled, so its lanes are not asked for until that ends. */
const waiting: DeliveryOutcome = { kind: 'deferred', waitMs: 0 };
/** Of an endpoint that is being removed: what leads here is gone in a moment. */
const removed: DeliveryOutcome = { kind: 'deferred', waitMs: 60_000 };

/**
 * Events on their way to the endpoints of accounts. While an endpoint's breaker is open, one delivery is its probe: what
 * comes beside it waits for what becomes of that one, and no failure of a probe is counted as a try.
 */
export function createWebhookSink({ webhooks, send, logger }: WebhookSinkParts): Sink {
  const probes = new Map<string, Promise<DeliveryOutcome>>();

  async function deliver(event: StoredEvent, endpoint: WebhookEndpoint, deliveryId: string): Promise<DeliveryOutcome> {
    const { outcome, error, retryAfterMs, ...answer } = await send(endpoint, deliveryId, eventEnvelope(event));
    switch (outcome) {
      case 'delivered':
        if (endpoint.isFailing) await recovered(endpoint);
        return { kind: 'delivered', answer };
      case 'gone':
        return gone(endpoint);
      case 'failed':
        return { kind: 'failed', error: error ?? 'unknown', answer, notBeforeMs: retryAfterMs };
    }
  }

  async function probe(event: StoredEvent, endpoint: WebhookEndpoint, deliveryId: string): Promise<DeliveryOutcome> {
    const outcome = await deliver(event, endpoint, deliveryId);
    if (outcome.kind !== 'failed') return outcome;
    if (await webhooks.probeFailed(endpoint))
      logger.warn(idsOf(endpoint), 'webhook has failed for too long and is disabled');
    return waiting;
  }

  async function recovered(endpoint: WebhookEndpoint): Promise<void> {
    if (await webhooks.delivered(endpoint)) logger.info(idsOf(endpoint), 'webhook takes deliveries again');
  }

  async function gone(endpoint: WebhookEndpoint): Promise<DeliveryOutcome> {
    if (await webhooks.gone(endpoint)) logger.warn(idsOf(endpoint), 'webhook says that it is gone and is disabled');
    return waiting;
  }

  return {
    async deliver(event, consumer, { deliveryId }) {
      const endpoint = await webhooks.endpoint(accountOf(consumer), webhookIdOf(consumer.consumerId));
      if (!endpoint) return removed;
      if (endpoint.status === 'DISABLED') return waiting;
      if (endpoint.status === 'ACTIVE') return deliver(event, endpoint, deliveryId);

      const { webhookId } = endpoint;
      const underWay = probes.get(webhookId);
      if (underWay) return (await underWay).kind === 'delivered' ? deliver(event, endpoint, deliveryId) : waiting;
      const probing = probe(event, endpoint, deliveryId).finally(() => probes.delete(webhookId));
      probes.set(webhookId, probing);
      return probing;
    },

    async died(consumer, deliveryId) {
      const ids = { accountId: accountOf(consumer), webhookId: webhookIdOf(consumer.consumerId) };
      if (await webhooks.exhausted(ids, deliveryId))
        logger.warn(idsOf(ids), 'webhook is suspended; its deliveries wait');
    },
  };
}

function accountOf({ consumerId, accountId }: Consumer): string {
  if (accountId === null) throw new Error(`${consumerId} has no account`);
  return accountId;
}

const idsOf = ({ accountId, webhookId }: Pick<WebhookEndpoint, 'accountId' | 'webhookId'>) => ({
  account_id: accountId,
  webhook_id: webhookId,
});
