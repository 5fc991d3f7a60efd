import {
  maxWebhooksAnAccount,
  secretOverlapMs,
  webhookConcurrency,
  webhookConsumerId,
  type WebhookDisabledReason,
} from '../../workflows/platform/webhook.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import { databaseNow, databaseTimestamp } from '../shared/database-clock.js';
import type { Database, Transaction } from '../shared/database.js';
import { newId } from '../shared/id.js';
import { emitEvents } from '../shared/outbox.js';
import type { WebhookSecrets } from '../shared/webhook-secrets.js';
import { webhookCreated, webhookDeleted, webhookSecretRotated, webhookUpdated } from './webhook.events.js';
import { WebhookModel } from './webhook.model.js';

export interface NewWebhook {
  url: string;
  /** Null for all of them. */
  eventTypes: readonly string[] | null;
  description: string | null;
}
/** What is left out stays. */
export type WebhookPatch = Partial<NewWebhook> & { status?: 'ACTIVE' | 'DISABLED' };

/** Who edits, for which account. */
export interface WebhookEditor {
  accountId: string;
  principalId: string;
}

/** An endpoint is a row of its own and a consumer of events; each edit commits both with its event. */
export function createWebhookRecords({ database, secrets }: { database: Database; secrets: WebhookSecrets }) {
  return {
    /** The secret is told here and never again. */
    async create({ accountId, principalId }: WebhookEditor, webhook: NewWebhook) {
      const webhookId = newId();
      const { secret, sealed } = secrets.make();
      await database.inAccount(accountId, async (trx) => {
        await assertRoom(trx, accountId);
        const { url, eventTypes, description } = webhook;
        await WebhookModel.query(trx).insert({
          ...{ accountId, webhookId, url, description, eventTypes: eventTypes && [...eventTypes] },
          secretSealed: sealed,
        });
        await trx('platform.consumers').insert({
          ...{ consumerId: webhookConsumerId(webhookId), accountId, kind: 'webhook' },
          ...{ eventTypes, concurrency: webhookConcurrency },
        });
        await emitEvents(trx, [webhookCreated.of(event(accountId, webhookId, principalId))]);
      });
      return { webhookId, secret };
    },

    /**
     * Refused when the endpoint is no longer at `version`. Made active again, it starts afresh: what waited goes out at once.
     * What happened while it was disabled is not sent by itself.
     */
    async update(editor: WebhookEditor, webhookId: string, version: number, { status, ...patch }: WebhookPatch) {
      const { accountId, principalId } = editor;
      await database.inAccount(accountId, async (trx) => {
        const found = await locked(trx, accountId, webhookId);
        if (found.version !== version) throw failure('PRECONDITION_FAILED', { current_etag: `"${found.version}"` });
        const standing = status && standings[status];
        await write(trx, found, { ...given(patch), ...standing });
        await trx('platform.consumers')
          .where({ consumerId: webhookConsumerId(webhookId) })
          .update({
            ...(patch.eventTypes === undefined ? {} : { eventTypes: patch.eventTypes }),
            ...(status && { status, pausedUntil: null }),
            kind: 'webhook',
          });
        await emitEvents(trx, [webhookUpdated.of(event(accountId, webhookId, principalId))]);
      });
    },

    /** What is still on its way to it is not sent any more. */
    async delete({ accountId, principalId }: WebhookEditor, webhookId: string): Promise<void> {
      await database.inAccount(accountId, async (trx) => {
        await locked(trx, accountId, webhookId);
        await WebhookModel.query(trx).deleteById([accountId, webhookId]);
        await trx('platform.consumers')
          .where({ consumerId: webhookConsumerId(webhookId) })
          .update({ status: 'REMOVED' });
        await emitEvents(trx, [webhookDeleted.of(event(accountId, webhookId, principalId))]);
      });
    },

    /** The secret so far goes on signing for a while, so that the endpoint can change without missing anything. */
    async rotateSecret({ accountId, principalId }: WebhookEditor, webhookId: string) {
      const { secret, sealed } = secrets.make();
      const previousSecretUntil = new Date(databaseNow() + secretOverlapMs).toISOString();
      await database.inAccount(accountId, async (trx) => {
        const found = await locked(trx, accountId, webhookId);
        const previousSecretSealed = found.secretSealed;
        await write(trx, found, { secretSealed: sealed, previousSecretSealed, previousSecretUntil });
        await emitEvents(trx, [webhookSecretRotated.of(event(accountId, webhookId, principalId))]);
      });
      return { secret, previousSecretUntil };
    },
  };
}
export type WebhookRecords = ReturnType<typeof createWebhookRecords>;

const healthy = { exhaustedInRow: 0, failingSince: null, suspendedAt: null };
const standings = {
  ACTIVE: { ...healthy, status: 'ACTIVE' as const, disabledReason: null },
  DISABLED: { ...healthy, status: 'DISABLED' as const, disabledReason: 'OWNER' as WebhookDisabledReason },
};

/** One maker of an account's endpoints at a time, so that the limit is exact. */
async function assertRoom(trx: Transaction, accountId: string): Promise<void> {
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`webhooks/${accountId}`]);
  const count = await WebhookModel.query(trx).where({ accountId }).resultSize();
  if (count >= maxWebhooksAnAccount) throw failure('WEBHOOK_LIMIT_REACHED', { limit: maxWebhooksAnAccount });
}

async function locked(trx: Transaction, accountId: string, webhookId: string): Promise<WebhookModel> {
  const found = await WebhookModel.query(trx).findById([accountId, webhookId]).forNoKeyUpdate();
  if (!found) throw failure('RESOURCE_NOT_FOUND');
  return found;
}

const write = (
  trx: Transaction,
  { accountId, webhookId, version }: WebhookModel,
  changes: Partial<Pick<WebhookModel, keyof WebhookModel>>,
) =>
  WebhookModel.query(trx)
    .findById([accountId, webhookId])
    .patch({ ...changes, version: version + 1, updatedAt: databaseTimestamp() });

const event = (accountId: string, webhookId: string, actorPrincipalId: string) => ({
  accountId,
  subjectId: webhookId,
  actorPrincipalId,
  payload: { webhook_id: webhookId },
});

const given = ({ url, eventTypes, description }: Partial<NewWebhook>) => ({
  ...(url === undefined ? {} : { url }),
  ...(eventTypes === undefined ? {} : { eventTypes: eventTypes && [...eventTypes] }),
  ...(description === undefined ? {} : { description }),
});
