import { Type } from 'typebox';
import { deliveryStates } from '../../workflows/platform/delivery.contract.js';
import {
  webhookDisabledReasons,
  webhookStatuses,
} from '../../workflows/platform/webhook.contract.js';
import {
  component,
  etagHeader,
  nullable,
  closedObject,
  pageQuery,
  timestamp,
  uuid,
} from '../route/schema.js';

const url = Type.String({
  minLength: 1,
  maxLength: 2048,
  examples: ['https://example.com/hooks/millrace'],
});
const eventType = Type.String({ pattern: '^[A-Za-z0-9_.]{1,100}$', examples: ['ORDER_DELIVERED'] });
const eventTypeOrAll = Type.String({
  pattern: '^(\\*|[A-Za-z0-9_.]{1,100})$',
  examples: ['ORDER_DELIVERED', '*'],
});
const eventTypes = Type.Array(eventTypeOrAll, {
  minItems: 1,
  maxItems: 100,
  uniqueItems: true,
  examples: [['*']],
  description: 'Types of events, or "*" alone for all of them',
});
const description = Type.String({ minLength: 1, maxLength: 500, examples: ['Stock keeping'] });
const secret = Type.String({
  pattern: '^whsec_[A-Za-z0-9+/]{32,88}={0,2}$',
  description: 'Shown here and never again',
  examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwAAAAAAAAAAA='],
});

export const newWebhook = closedObject({
  url,
  event_types: eventTypes,
  description: Type.Optional(description),
});

export const webhookPatch = closedObject(
  {
    url: Type.Optional(url),
    event_types: Type.Optional(eventTypes),
    description: Type.Optional(nullable(description)),
    status: Type.Optional(Type.Enum(['ACTIVE', 'DISABLED'])),
  },
  { minProperties: 1 },
);

const fields = {
  webhook_id: uuid,
  url,
  event_types: eventTypes,
  description: nullable(description),
  status: Type.Enum([...webhookStatuses]),
  disabled_reason: nullable(Type.Enum([...webhookDisabledReasons])),
  suspended_at: nullable(timestamp),
  previous_secret_expires_at: nullable(timestamp),
  etag: etagHeader,
  created_at: timestamp,
  updated_at: timestamp,
};
export const webhook = component('Webhook', closedObject(fields));
export const createdWebhook = component('CreatedWebhook', closedObject({ ...fields, secret }));

export const rotatedSecret = closedObject({
  webhook_id: uuid,
  secret,
  previous_secret_expires_at: timestamp,
});

const responseCode = nullable(Type.Integer({ minimum: 100, maximum: 999, examples: [200] }));
const error = nullable(
  Type.String({ description: 'TIMEOUT, CONNECT, HTTP_500 …', examples: ['HTTP_500'] }),
);
const durationMs = Type.Integer({ minimum: 0, examples: [84] });

export const pingResult = component(
  'WebhookPing',
  closedObject({
    webhook_id: uuid,
    is_delivered: Type.Boolean(),
    response_code: responseCode,
    response_text: Type.String({
      description: 'The first 1,000 characters of what the endpoint said',
    }),
    duration_ms: durationMs,
    error,
  }),
);

const deliveryStatus = Type.Enum([...deliveryStates]);
export const deliveryQuery = closedObject({
  ...pageQuery.properties,
  status: Type.Optional(deliveryStatus),
  event_type: Type.Optional(eventType),
});

export const webhookDelivery = component(
  'WebhookDelivery',
  closedObject({
    delivery_id: uuid,
    event_id: uuid,
    event_type: eventType,
    subject_type: Type.String(),
    subject_id: Type.String(),
    status: deliveryStatus,
    attempts: Type.Integer({ minimum: 0 }),
    response_code: responseCode,
    duration_ms: nullable(durationMs),
    error,
    created_at: timestamp,
    last_attempt_at: nullable(timestamp),
    next_attempt_at: nullable(timestamp),
  }),
);

export const redelivery = Type.Union([
  closedObject({
    delivery_ids: Type.Array(uuid, { minItems: 1, maxItems: 500, uniqueItems: true }),
  }),
  closedObject({
    since: timestamp,
    until: Type.Optional(timestamp),
    event_types: Type.Optional(eventTypes),
  }),
]);
export const redeliveryResult = closedObject({
  webhook_id: uuid,
  redelivering: Type.Integer({ minimum: 0, description: 'Events that are on their way' }),
  next_since: nullable(timestamp),
});
