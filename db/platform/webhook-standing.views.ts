import { webhookConsumerId, type WebhookStanding } from '../../workflows/platform/webhook.contract.js';
import type { Transaction } from '../shared/database.js';
import { WebhookModel } from './webhook.model.js';

export interface LockedWebhook extends WebhookStanding {
  url: string;
}

const held = `select exists (select 1 from platform.lanes l where l.consumer_id = ? and l.due_at = 'infinity') as "isHeld"`;

/**
 * An account's webhook as it is now; undefined where it is gone. It is locked until the transaction ends, so that of several who say
 * something of it each sees what the one before said, and its lanes are read after the wait.
 */
export async function lockWebhook(
  trx: Transaction,
  accountId: string,
  webhookId: string,
): Promise<LockedWebhook | undefined> {
  const found = await WebhookModel.query(trx).findById([accountId, webhookId]).forNoKeyUpdate();
  if (!found) return undefined;
  const { rows } = await trx.raw<{ rows: { isHeld: boolean }[] }>(held, [webhookConsumerId(webhookId)]);
  const { url, status, disabledReason } = found;
  return { url, status, disabledReason, isHeld: rows[0]?.isHeld === true };
}
