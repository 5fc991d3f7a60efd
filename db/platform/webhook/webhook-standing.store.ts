import {
  webhookConsumerId,
  type WebhookStanding,
} from '../../../workflows/platform/webhook.contract.js';
import { boolean, text } from '../../connection/column.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { WebhookModel } from './webhook.model.js';

export interface LockedWebhook extends WebhookStanding {
  url: string;
}

const heldLane = query({
  name: 'webhook.heldLane',
  parameters: { consumerId: text },
  row: { isHeld: boolean },
  text: `select exists (select 1 from platform.lanes l
   where l.consumer_id = :consumerId and l.due_at = 'infinity') as is_held`,
});

export const webhookStandingStore = (scope: WriteScope) => ({
  /**
   * An account's current webhook; undefined once deleted. Locked until the transaction ends, so
   * that each writer sees the change of the writer before, and the lanes are read after the wait.
   */
  async lock(webhookId: string): Promise<LockedWebhook | undefined> {
    const { accountId, transaction } = scope;
    const found = await WebhookModel.query(transaction)
      .findById([accountId, webhookId])
      .forNoKeyUpdate();
    if (!found) return undefined;
    const [lane] = await scope.read(heldLane, { consumerId: webhookConsumerId(webhookId) });
    const { url, status, disabledReason } = found;
    return { url, status, disabledReason, isHeld: lane?.isHeld === true };
  },
});
