import type { DeliveryState } from '../../../workflows/platform/delivery.contract.js';
import {
  webhookConsumerId,
  type WebhookDisabledReason,
  type WebhookStatus,
} from '../../../workflows/platform/webhook.contract.js';
import {
  arrayOf,
  integer,
  orNull,
  text,
  textOf,
  timestamp,
  uuid,
  type Column,
  type Values,
} from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

/** An endpoint as seen by clients: without the secret. */
const webhookView = {
  webhook_id: uuid,
  url: text,
  /** Mutable, as the schemas of the wire are. */
  event_types: arrayOf(text) as Column<string[]>,
  description: orNull(text),
  status: textOf<WebhookStatus>(),
  disabled_reason: orNull(textOf<WebhookDisabledReason>()),
  suspended_at: orNull(timestamp),
  previous_secret_expires_at: orNull(timestamp),
  etag: text,
  created_at: timestamp,
  updated_at: timestamp,
};
export type WebhookView = Values<typeof webhookView>;

/** A delivery of an event to an endpoint, pending or done, without the event's content. */
const webhookDeliveryView = {
  delivery_id: uuid,
  event_id: uuid,
  event_type: text,
  subject_type: text,
  subject_id: text,
  status: textOf<DeliveryState>(),
  attempts: integer,
  response_code: orNull(integer),
  duration_ms: orNull(integer),
  error: orNull(text),
  created_at: timestamp,
  last_attempt_at: orNull(timestamp),
  next_attempt_at: orNull(timestamp),
};
type WebhookDeliveryView = Values<typeof webhookDeliveryView>;

interface DeliveryFilter {
  status: DeliveryState | null;
  eventType: string | null;
}

const columns = `w.webhook_id, w.url, coalesce(w.event_types, '{*}') as event_types, w.description,
  w.status, w.disabled_reason, w.suspended_at,
  case when w.previous_secret_until > now() then w.previous_secret_until end
    as previous_secret_expires_at,
  format('"%s"', w.version) as etag, w.created_at, w.updated_at`;

const webhookById = query({
  name: 'webhook.byId',
  parameters: { accountId: uuid, webhookId: uuid },
  row: webhookView,
  text: `select ${columns} from platform.webhooks w
   where w.account_id = :accountId and w.webhook_id = :webhookId`,
});
const webhookPage = query({
  name: 'webhook.list',
  parameters: { accountId: uuid, after: orNull(uuid), limit: integer },
  row: webhookView,
  text: `select ${columns} from platform.webhooks w
   where w.account_id = :accountId and (:after is null or w.webhook_id > :after)
   order by w.webhook_id limit :limit`,
});
/**
 * A delivery behind another in the lane has the other's next time; behind a dead letter, or for an
 * endpoint that is not ACTIVE, none.
 */
const deliveryPage = query({
  name: 'webhook.deliveries',
  parameters: {
    accountId: uuid,
    consumerId: text,
    status: orNull(text),
    eventType: orNull(text),
    before: orNull(uuid),
    limit: integer,
  },
  row: webhookDeliveryView,
  text: `select d.delivery_id, d.event_id, d.event_type, l.subject_type, l.subject_id,
     d.state as status, d.attempts, d.response_code, d.duration_ms, d.last_error as error,
     d.created_at, d.last_attempt_at,
     case when d.state = 'PENDING' and c.status = 'ACTIVE' and l.due_at < 'infinity'
       then greatest(l.due_at, c.paused_until) end as next_attempt_at
   from platform.deliveries d
   join platform.consumers c on c.consumer_id = d.consumer_id
   join platform.lanes l on l.lane_id = d.lane_id
   where d.consumer_id = :consumerId and c.account_id = :accountId
     and (:before is null or d.delivery_id < :before)
     and (:status is null or d.state = :status)
     and (:eventType is null or d.event_type = :eventType)
   order by d.delivery_id desc limit :limit`,
});

export const webhookViews = (scope: ReadScope) => ({
  async byId(webhookId: string): Promise<WebhookView | undefined> {
    const [webhook] = await scope.read(webhookById, { accountId: scope.accountId, webhookId });
    return webhook;
  },

  /** In creation order, after an id. */
  page: (after: string | null, limit: number): Promise<WebhookView[]> =>
    scope.read(webhookPage, { accountId: scope.accountId, after, limit }),

  /** Newest first, from before a delivery. */
  deliveries: (
    webhookId: string,
    filter: DeliveryFilter,
    before: string | null,
    limit: number,
  ): Promise<WebhookDeliveryView[]> => {
    const { accountId } = scope;
    const consumerId = webhookConsumerId(webhookId);
    return scope.read(deliveryPage, { ...filter, accountId, consumerId, before, limit });
  },
});
