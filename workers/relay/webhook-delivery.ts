import { createHmac } from 'node:crypto';
import type { WebhookEndpoint } from '../../db/platform/webhook/webhook-endpoint.views.js';
import { databaseNow, databaseTimestamp } from '../../db/connection/database-clock.js';
import { newId } from '../../db/shared/id.js';
import type { EventEnvelope } from '../../workflows/platform/event.contract.js';
import { webhookPingType } from '../../workflows/platform/webhook.contract.js';
import { judgeWebhookStatus, retryAfterMs } from '../../workflows/platform/webhook.rules.js';
import {
  OutboundFailed,
  OutboundRefused,
  type OutboundAnswer,
  type OutboundHttp,
} from '../../activities/shared/outbound-http.js';

/** The outcome of one try to reach an endpoint. */
interface WebhookAnswer {
  outcome: 'delivered' | 'gone' | 'failed';
  /** Null where no answer came back. */
  code: number | null;
  durationMs: number;
  error: string | null;
  /** How long the endpoint asks to be left alone. */
  retryAfterMs: number;
  /** The beginning of the answer's text. */
  text: string;
}

const userAgent = 'Millrace-Webhooks/1';
const keptTextLength = 1_000;

export function createWebhookActivities({ outbound }: { outbound: OutboundHttp }) {
  /**
   * One try by Standard Webhooks: the same message id and body at every try, a new time and new
   * signatures.
   */
  async function send(
    endpoint: WebhookEndpoint,
    messageId: string,
    envelope: EventEnvelope,
  ): Promise<WebhookAnswer> {
    const body = JSON.stringify({
      type: envelope.event_type,
      timestamp: envelope.occurred_at,
      data: envelope,
    });
    const timestamp = Math.floor(databaseNow() / 1_000);
    const startedAt = performance.now();
    const answered = await outbound
      .send({
        url: endpoint.url,
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(body)),
          'user-agent': userAgent,
          'webhook-id': messageId,
          'webhook-timestamp': String(timestamp),
          'webhook-signature': endpoint.secrets
            .map((secret) => signature(secret, `${messageId}.${timestamp}.${body}`))
            .join(' '),
        },
      })
      .catch(faultOf);
    return judged(answered, Math.round(performance.now() - startedAt));
  }

  return {
    send,

    /** A made-up event, so an endpoint can be tried before a first event. */
    ping: (endpoint: WebhookEndpoint, correlationId: string): Promise<WebhookAnswer> =>
      send(endpoint, newId(), {
        event_id: newId(),
        event_type: webhookPingType,
        event_version: 1,
        account_id: endpoint.accountId,
        topic: 'platform.webhook.ping',
        subject_type: 'webhook',
        subject_id: endpoint.webhookId,
        subject_seq: 0,
        occurred_at: databaseTimestamp(),
        correlation_id: correlationId,
        causation_id: null,
        data: { webhook_id: endpoint.webhookId },
      }),
  };
}
export type WebhookActivities = ReturnType<typeof createWebhookActivities>;

/** A secret is `whsec_` and the key in base64. */
function signature(secret: string, content: string): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}

function judged(answered: OutboundAnswer | string, durationMs: number): WebhookAnswer {
  if (typeof answered === 'string')
    return {
      outcome: 'failed',
      code: null,
      durationMs,
      error: answered,
      retryAfterMs: 0,
      text: '',
    };
  const { status, headers, body } = answered;
  const outcome = judgeWebhookStatus(status);
  return {
    outcome,
    code: status,
    durationMs,
    text: body.slice(0, keptTextLength),
    error: outcome === 'delivered' ? null : `HTTP_${status}`,
    retryAfterMs: retryAfterMs(status, headers['retry-after'], databaseNow()),
  };
}

function faultOf(error: unknown): string {
  if (error instanceof OutboundRefused) return `URL_REFUSED_${error.reason}`;
  if (error instanceof OutboundFailed) return error.reason;
  throw error;
}
