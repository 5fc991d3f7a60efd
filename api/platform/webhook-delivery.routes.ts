import type { WebhookRedeliveryRecords } from '../../db/platform/webhook-redelivery.records.js';
import { createWebhookViews } from '../../db/platform/webhook.views.js';
import type { Database } from '../../db/shared/database.js';
import { webhookConsumerId } from '../../workflows/platform/webhook.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import type { Cursors } from '../shared/cursor.js';
import { member, route, type Route } from '../shared/route.js';
import { page } from '../shared/schema.js';
import { typesOf, webhookEditors, webhooksPath } from './webhook.routes.js';
import { deliveryQuery, pingResult, redelivery, redeliveryResult, webhookDelivery } from './webhook.schemas.js';

/** What an endpoint said to a ping. */
export interface PingAnswer {
  outcome: 'delivered' | 'gone' | 'failed';
  code: number | null;
  durationMs: number;
  error: string | null;
  text: string;
}

export interface WebhookDeliveryRouteParts {
  database: Database;
  cursors: Cursors;
  redeliveries: WebhookRedeliveryRecords;
  eventTypes: readonly string[];
  /** Tries an endpoint; undefined where there is none. */
  ping(accountId: string, webhookId: string, requestId: string): Promise<PingAnswer | undefined>;
}

const one = `${webhooksPath}/:webhook_id` as const;

export function createWebhookDeliveryRoutes(parts: WebhookDeliveryRouteParts): Route[] {
  const { database, redeliveries, ping } = parts;
  const views = createWebhookViews(database.read);
  const cursors = parts.cursors.of('webhook-deliveries');
  const known = new Set(parts.eventTypes);

  return [
    route({
      method: 'post',
      path: `${one}/test`,
      summary: 'Ping a webhook now and see what it says',
      description: 'Sends a WEBHOOK_PING, signed like any event, also to a webhook that is disabled.',
      tag: 'Webhooks',
      access: member(...webhookEditors),
      audit: { exempt: 'it asks an endpoint something and changes nothing here' },
      responses: { 200: pingResult },
    }).handledBy(async ({ accountId, params: { webhook_id: webhookId }, requestId }) => {
      const answer = await ping(accountId, webhookId, requestId);
      if (!answer) throw failure('RESOURCE_NOT_FOUND');
      const { outcome, code, durationMs, error, text } = answer;
      return {
        status: 200,
        body: {
          ...{ webhook_id: webhookId, is_delivered: outcome === 'delivered', response_code: code },
          ...{ response_text: text, duration_ms: durationMs, error },
        },
      };
    }),

    route({
      method: 'get',
      path: `${one}/deliveries`,
      summary: 'List what was sent to a webhook and what is on its way, newest first',
      description: 'What has arrived is kept for a few days; what has not stays.',
      tag: 'Webhooks',
      access: member(),
      query: deliveryQuery,
      responses: { 200: page(webhookDelivery) },
    }).handledBy(async ({ accountId, params: { webhook_id: webhookId }, query }) => {
      const { limit, cursor, status = null, event_type: eventType = null } = query;
      const [after = null] = cursors.decode(cursor) ?? [];
      const filter = { status, eventType };
      const consumerId = webhookConsumerId(webhookId);
      const rows = await views.deliveries(accountId, consumerId, filter, after as string | null, limit + 1);
      if (rows.length === 0 && !(await views.byId(accountId, webhookId))) throw failure('RESOURCE_NOT_FOUND');
      return { status: 200, body: cursors.page(rows, limit, ({ delivery_id }) => [delivery_id]) };
    }),

    route({
      method: 'post',
      path: `${one}/deliveries/redeliver`,
      summary: 'Send events to a webhook again',
      description:
        'Named deliveries, or the events of a time, up to 10,000 a call: where there are more, next_since says from when to ' +
        'go on. They go out in the order of their subject; what is on its way already is not sent twice.',
      tag: 'Webhooks',
      access: member(...webhookEditors),
      audit: { action: 'webhook.redeliver', subject: 'webhook' },
      body: redelivery,
      responses: { 202: redeliveryResult },
    }).handledBy(async ({ accountId, params: { webhook_id: webhookId }, body }) => {
      const asked =
        'delivery_ids' in body
          ? { deliveryIds: body.delivery_ids }
          : {
              ...{ since: body.since, until: body.until ?? null },
              eventTypes: body.event_types ? typesOf(body.event_types, known) : null,
            };
      const { count, nextSince } = await redeliveries.redeliver(accountId, webhookId, asked);
      return {
        status: 202,
        body: { webhook_id: webhookId, redelivering: count, next_since: nextSince },
        headers: { Location: `/v1/accounts/${accountId}/webhooks/${webhookId}/deliveries` },
      };
    }),
  ];
}
