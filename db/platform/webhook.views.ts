import type { DeliveryState } from '../../workflows/platform/delivery.contract.js';
import type { WebhookDisabledReason, WebhookStatus } from '../../workflows/platform/webhook.contract.js';
import { statement, type Reader } from '../shared/database.js';

/** An endpoint as clients see it: without its secret. */
export interface WebhookView {
  webhook_id: string;
  url: string;
  event_types: string[];
  description: string | null;
  status: WebhookStatus;
  disabled_reason: WebhookDisabledReason | null;
  suspended_at: string | null;
  previous_secret_expires_at: string | null;
  etag: string;
  created_at: string;
  updated_at: string;
}

/** One event on its way to an endpoint, or arrived; never what is in it. */
export interface WebhookDeliveryView {
  delivery_id: string;
  event_id: string;
  event_type: string;
  subject_type: string;
  subject_id: string;
  status: DeliveryState;
  attempts: number;
  response_code: number | null;
  duration_ms: number | null;
  error: string | null;
  created_at: string;
  last_attempt_at: string | null;
  next_attempt_at: string | null;
}

export interface DeliveryFilter {
  status: DeliveryState | null;
  eventType: string | null;
}

const columns = `w.webhook_id, w.url, coalesce(w.event_types, '{*}') as event_types, w.description, w.status,
  w.disabled_reason, w.suspended_at,
  case when w.previous_secret_until > now() then w.previous_secret_until end as previous_secret_expires_at,
  format('"%s"', w.version) as etag, w.created_at, w.updated_at`;

const byId = statement(
  'webhook.byId',
  `select ${columns} from platform.webhooks w where w.account_id = $1 and w.webhook_id = $2`,
);
const list = statement(
  'webhook.list',
  `select ${columns} from platform.webhooks w
   where w.account_id = $1 and ($2::uuid is null or w.webhook_id > $2) order by w.webhook_id limit $3`,
);
/** What waits behind another of its subject has that one's next time; behind a dead letter, or a closed door, it has none. */
const deliveries = statement(
  'webhook.deliveries',
  `select d.delivery_id, d.event_id, d.event_type, l.subject_type, l.subject_id, d.state as status, d.attempts,
     d.response_code, d.duration_ms, d.last_error as error, d.created_at, d.last_attempt_at,
     case when d.state = 'PENDING' and c.status = 'ACTIVE' and l.due_at < 'infinity'
       then greatest(l.due_at, c.paused_until) end as next_attempt_at
   from platform.deliveries d
   join platform.consumers c on c.consumer_id = d.consumer_id
   join platform.lanes l on l.lane_id = d.lane_id
   where d.consumer_id = $1 and c.account_id = $2 and ($3::uuid is null or d.delivery_id < $3)
     and ($4::text is null or d.state = $4) and ($5::text is null or d.event_type = $5)
   order by d.delivery_id desc limit $6`,
);

export function createWebhookViews(read: Reader) {
  return {
    async byId(accountId: string, webhookId: string): Promise<WebhookView | undefined> {
      return (await read.inAccount<WebhookView>(accountId, byId, [accountId, webhookId]))[0];
    },
    /** In the order of their making, from after an id. */
    list: (accountId: string, after: string | null, limit: number): Promise<WebhookView[]> =>
      read.inAccount<WebhookView>(accountId, list, [accountId, after, limit]),
    /** Newest first, from after a delivery. */
    deliveries: (
      accountId: string,
      consumerId: string,
      { status, eventType }: DeliveryFilter,
      after: string | null,
      limit: number,
    ): Promise<WebhookDeliveryView[]> =>
      read.inAccount<WebhookDeliveryView>(accountId, deliveries, [
        ...[consumerId, accountId, after, status, eventType, limit],
      ]),
  };
}
export type WebhookViews = ReturnType<typeof createWebhookViews>;
