import type { WebhookStatus } from '../../../workflows/platform/webhook.contract.js';
import { boolean, bytes, orNull, text, textOf, uuid } from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import type { WebhookSecrets } from '../../secrets/webhook-secrets.js';

/** An endpoint as needed for sending. */
export interface WebhookEndpoint {
  accountId: string;
  webhookId: string;
  url: string;
  status: WebhookStatus;
  /** Each signs; the newest first. */
  secrets: readonly string[];
  /** Whether a delivery has used up all tries since the last success. */
  isFailing: boolean;
}

const endpointById = query({
  name: 'webhook.endpoint',
  parameters: { accountId: uuid, webhookId: uuid },
  row: {
    url: text,
    status: textOf<WebhookStatus>(),
    isFailing: boolean,
    secretSealed: bytes,
    previousSecretSealed: orNull(bytes),
  },
  text: `select w.url, w.status, w.exhausted_in_row > 0 as is_failing, w.secret_sealed,
     case when w.previous_secret_until > now() then w.previous_secret_sealed end
       as previous_secret_sealed
   from platform.webhooks w where w.account_id = :accountId and w.webhook_id = :webhookId`,
});

export const webhookEndpointViews = (
  scope: ReadScope,
  { secrets }: { secrets: WebhookSecrets },
) => ({
  async byId(webhookId: string): Promise<WebhookEndpoint | undefined> {
    const { accountId } = scope;
    const [row] = await scope.read(endpointById, { accountId, webhookId });
    if (!row) return undefined;
    const { secretSealed, previousSecretSealed, ...endpoint } = row;
    const sealed =
      previousSecretSealed === null ? [secretSealed] : [secretSealed, previousSecretSealed];
    return { accountId, webhookId, ...endpoint, secrets: sealed.map(secrets.open) };
  },
});
