import type { WebhookActivities } from './webhook-delivery.js';
import type { StoredEvent } from '../../db/platform/delivery/event.store.js';
import type { WebhookEndpoint } from '../../db/platform/webhook/webhook-endpoint.views.js';
import type { WebhookEndpoints, WebhookIds } from './webhook-endpoints.js';
import type { Consumer } from '../../workflows/platform/delivery.contract.js';
import { eventEnvelope } from '../../workflows/platform/event.contract.js';
import { webhookIdOf } from '../../workflows/platform/webhook.contract.js';
import type { Logger } from '../observability/logger.js';
import type { DeliveryOutcome, Sink } from './sink.js';

interface WebhookSinkParts {
  endpoints: WebhookEndpoints;
  send: WebhookActivities['send'];
  logger: Logger;
}

/**
 * No try: the consumer is paused or disabled, so no lane of the consumer is due until the end of
 * the pause.
 */
const waiting: DeliveryOutcome = { kind: 'deferred', waitMs: 0 };
/** An endpoint in removal: the deliveries are gone in a moment. */
const removed: DeliveryOutcome = { kind: 'deferred', waitMs: 60_000 };

/**
 * Sends events to the endpoints of accounts. While an endpoint's breaker is open, one delivery is
 * the probe: deliveries beside the probe wait for the probe's outcome, and a failed probe counts as
 * no try.
 */
export function createWebhookSink({ endpoints, send, logger }: WebhookSinkParts): Sink {
  const probes = new Map<string, Promise<DeliveryOutcome>>();

  async function deliver(
    event: StoredEvent,
    endpoint: WebhookEndpoint,
    deliveryId: string,
  ): Promise<DeliveryOutcome> {
    const { outcome, error, retryAfterMs, ...answer } = await send(
      endpoint,
      deliveryId,
      eventEnvelope(event),
    );
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

  async function probe(
    event: StoredEvent,
    endpoint: WebhookEndpoint,
    deliveryId: string,
  ): Promise<DeliveryOutcome> {
    const outcome = await deliver(event, endpoint, deliveryId);
    if (outcome.kind !== 'failed') return outcome;
    if (await endpoints.probeFailed(endpoint))
      logger.warn(idsOf(endpoint), 'webhook has failed for too long and is disabled');
    return waiting;
  }

  async function recovered(endpoint: WebhookEndpoint): Promise<void> {
    if (await endpoints.delivered(endpoint))
      logger.info(idsOf(endpoint), 'webhook takes deliveries again');
  }

  async function gone(endpoint: WebhookEndpoint): Promise<DeliveryOutcome> {
    if (await endpoints.gone(endpoint))
      logger.warn(idsOf(endpoint), 'webhook says that it is gone and is disabled');
    return waiting;
  }

  return {
    async deliver(event, consumer, { deliveryId }) {
      const endpoint = await endpoints.find(accountOf(consumer), webhookIdOf(consumer.consumerId));
      if (!endpoint) return removed;
      if (endpoint.status === 'DISABLED') return waiting;
      if (endpoint.status === 'ACTIVE') return deliver(event, endpoint, deliveryId);

      const { webhookId } = endpoint;
      const underWay = probes.get(webhookId);
      if (underWay)
        return (await underWay).kind === 'delivered'
          ? deliver(event, endpoint, deliveryId)
          : waiting;
      const probing = probe(event, endpoint, deliveryId).finally(() => probes.delete(webhookId));
      probes.set(webhookId, probing);
      return probing;
    },

    async died(consumer, deliveryId) {
      const ids = { accountId: accountOf(consumer), webhookId: webhookIdOf(consumer.consumerId) };
      if (await endpoints.exhausted(ids, deliveryId))
        logger.warn(idsOf(ids), 'webhook is suspended; its deliveries wait');
    },
  };
}

function accountOf({ consumerId, accountId }: Consumer): string {
  if (accountId === null) throw new Error(`${consumerId} has no account`);
  return accountId;
}

const idsOf = ({ accountId, webhookId }: WebhookIds) => ({
  account_id: accountId,
  webhook_id: webhookId,
});
