import { webhookRedeliveryRecords } from '../../db/platform/webhook/webhook-redelivery.records.js';
import { webhookViews } from '../../db/platform/webhook/webhook.views.js';
import { failure } from '../../workflows/shared/failure.js';
import type { Cursors } from '../shared/cursor.js';
import { member, route, type Route } from '../route/route.js';
import { page } from '../route/schema.js';
import { typesOf, webhookEditors, webhooksPath } from './webhook.routes.js';
import {
  deliveryQuery,
  pingResult,
  redelivery,
  redeliveryResult,
  webhookDelivery,
} from './webhook.schemas.js';

/** An endpoint's answer to a ping. */
interface PingAnswer {
  outcome: 'delivered' | 'gone' | 'failed';
  code: number | null;
  durationMs: number;
  error: string | null;
  text: string;
}

export interface WebhookDeliveryRouteParts {
  cursors: Cursors;
  eventTypes: readonly string[];
  /** Pings an endpoint; undefined for a missing endpoint. */
  ping(accountId: string, webhookId: string, requestId: string): Promise<PingAnswer | undefined>;
}

const one = `${webhooksPath}/:webhook_id` as const;

export function createWebhookDeliveryRoutes(parts: WebhookDeliveryRouteParts): Route[] {
  const cursors = parts.cursors.of('webhook-deliveries');
  const eventTypes = new Set(parts.eventTypes);

  const pingWebhook = route({
    method: 'post',
    path: `${one}/test`,
    summary: 'Ping a webhook now and see what it says',
    description: 'Sends a WEBHOOK_PING, signed like any event, also to a webhook that is disabled.',
    tag: 'Webhooks',
    access: member(...webhookEditors),
    scope: 'webhooks.write',
    effect: 'none',
    audit: { exempt: 'it asks an endpoint something and changes nothing here' },
    responses: { 200: pingResult },
  }).handledBy(async ({ accountId, params: { webhook_id: webhookId }, requestId }) => {
    const answer = await parts.ping(accountId, webhookId, requestId);
    if (!answer) throw failure('RESOURCE_NOT_FOUND');
    const { outcome, code, durationMs, error, text } = answer;
    return {
      status: 200,
      body: {
        webhook_id: webhookId,
        is_delivered: outcome === 'delivered',
        response_code: code,
        response_text: text,
        duration_ms: durationMs,
        error,
      },
    };
  });

  const listDeliveries = route({
    method: 'get',
    path: `${one}/deliveries`,
    summary: 'List what was sent to a webhook and what is on its way, newest first',
    description: 'What has arrived is kept for a few days; what has not stays.',
    tag: 'Webhooks',
    access: member(),
    scope: 'webhooks.read',
    query: deliveryQuery,
    responses: { 200: page(webhookDelivery) },
  }).handledBy(async ({ scope, params: { webhook_id: webhookId }, query }) => {
    const { limit, cursor, status = null, event_type: eventType = null } = query;
    const [before = null] = cursors.decode(cursor) ?? [];
    const views = webhookViews(scope);
    const filter = { status, eventType };
    const rows = await views.deliveries(webhookId, filter, before as string | null, limit + 1);
    if (rows.length === 0 && !(await views.byId(webhookId))) throw failure('RESOURCE_NOT_FOUND');
    return { status: 200, body: cursors.page(rows, limit, ({ delivery_id }) => [delivery_id]) };
  });

  const redeliverEvents = route({
    method: 'post',
    path: `${one}/deliveries/redeliver`,
    summary: 'Send events to a webhook again',
    description:
      'Named deliveries, or the events of a time, up to 10,000 a call: where there are more, next_since says from when to ' +
      'go on. They go out in the order of their subject; what is on its way already is not sent twice.',
    tag: 'Webhooks',
    access: member(...webhookEditors),
    scope: 'webhooks.write',
    audit: { action: 'webhook.redeliver', subject: 'webhook' },
    body: redelivery,
    responses: { 202: redeliveryResult },
  }).handledBy(async ({ scope, accountId, params: { webhook_id: webhookId }, body }) => {
    const request =
      'delivery_ids' in body
        ? { deliveryIds: body.delivery_ids }
        : {
            since: body.since,
            until: body.until ?? null,
            eventTypes: body.event_types ? typesOf(body.event_types, eventTypes) : null,
          };
    const { count, nextSince } = await webhookRedeliveryRecords(scope).redeliver(
      webhookId,
      request,
    );
    return {
      status: 202,
      body: { webhook_id: webhookId, redelivering: count, next_since: nextSince },
      headers: { Location: `/v1/accounts/${accountId}/webhooks/${webhookId}/deliveries` },
    };
  });

  return [pingWebhook, listDeliveries, redeliverEvents];
}
