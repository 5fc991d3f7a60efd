import {
  maxWebhooksAnAccount,
  secretOverlapMs,
  webhookConcurrency,
  webhookConsumerId,
  type WebhookDisabledReason,
} from '../../../workflows/platform/webhook.contract.js';
import { failure } from '../../../workflows/shared/failure.js';
import { databaseNow, databaseTimestamp } from '../../connection/database-clock.js';
import { text } from '../../connection/column.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { newId } from '../../shared/id.js';
import { emitEvents } from '../../shared/outbox.js';
import { atVersion } from '../../shared/version.js';
import type { WebhookSecrets } from '../../secrets/webhook-secrets.js';
import {
  webhookCreated,
  webhookDeleted,
  webhookSecretRotated,
  webhookUpdated,
} from './webhook.events.js';
import { WebhookModel } from './webhook.model.js';

interface NewWebhook {
  url: string;
  /** Null for all event types. */
  eventTypes: readonly string[] | null;
  description: string | null;
}
/** Absent fields stay. */
type WebhookPatch = Partial<NewWebhook> & { status?: 'ACTIVE' | 'DISABLED' };

/** Makes creations of an account's endpoints exclusive, so that the limit is exact. */
const roomLock = query({
  name: 'webhook.lockRoom',
  parameters: { room: text },
  text: 'select from pg_advisory_xact_lock(hashtextextended(:room, 0))',
});

/** An endpoint is a row and a consumer of events; each edit commits both with the event. */
export function webhookRecords(scope: WriteScope, { secrets }: { secrets: WebhookSecrets }) {
  const { accountId, principalId, transaction } = scope;
  const webhookRow = (webhookId: string) =>
    WebhookModel.query(transaction).findById([accountId, webhookId]);
  const consumerRow = (webhookId: string) =>
    transaction('platform.consumers').where({ consumerId: webhookConsumerId(webhookId) });
  const about = (webhookId: string) => ({
    accountId,
    subjectId: webhookId,
    actorPrincipalId: principalId,
    payload: { webhook_id: webhookId },
  });

  async function assertRoom(): Promise<void> {
    await scope.run(roomLock, { room: `webhooks/${accountId}` });
    const count = await WebhookModel.query(transaction).where({ accountId }).resultSize();
    if (count >= maxWebhooksAnAccount)
      throw failure('WEBHOOK_LIMIT_REACHED', { limit: maxWebhooksAnAccount });
  }
  async function locked(webhookId: string): Promise<WebhookModel> {
    const webhook = await webhookRow(webhookId).forNoKeyUpdate();
    if (!webhook) throw failure('RESOURCE_NOT_FOUND');
    return webhook;
  }
  const write = (
    { webhookId, version }: WebhookModel,
    changes: Partial<Pick<WebhookModel, keyof WebhookModel>>,
  ) =>
    webhookRow(webhookId).patch({
      ...changes,
      version: version + 1,
      updatedAt: databaseTimestamp(),
    });

  return {
    /** The secret is told here and never again. */
    async create({ url, eventTypes, description }: NewWebhook) {
      const webhookId = newId();
      const { secret, sealed } = secrets.make();
      await assertRoom();
      await WebhookModel.query(transaction).insert({
        accountId,
        webhookId,
        url,
        description,
        eventTypes: eventTypes && [...eventTypes],
        secretSealed: sealed,
      });
      await transaction('platform.consumers').insert({
        consumerId: webhookConsumerId(webhookId),
        accountId,
        kind: 'webhook',
        eventTypes,
        concurrency: webhookConcurrency,
      });
      await emitEvents(scope, [webhookCreated.of(about(webhookId))]);
      return { webhookId, secret };
    },

    /**
     * Refused for an endpoint no longer at `version`. A reactivated endpoint starts afresh: waiting
     * deliveries go out at once. Events from the disabled time are not sent automatically.
     */
    async update(
      webhookId: string,
      version: number,
      { status, ...patch }: WebhookPatch,
    ): Promise<void> {
      const webhook = atVersion(await locked(webhookId), version);
      const standing = status && standings[status];
      await write(webhook, { ...given(patch), ...standing });
      await consumerRow(webhookId).update({
        ...(patch.eventTypes === undefined ? {} : { eventTypes: patch.eventTypes }),
        ...(status && { status, pausedUntil: null }),
        kind: 'webhook',
      });
      await emitEvents(scope, [webhookUpdated.of(about(webhookId))]);
    },

    /** Pending deliveries to the endpoint are no longer sent. */
    async delete(webhookId: string): Promise<void> {
      await locked(webhookId);
      await WebhookModel.query(transaction).deleteById([accountId, webhookId]);
      await consumerRow(webhookId).update({ status: 'REMOVED' });
      await emitEvents(scope, [webhookDeleted.of(about(webhookId))]);
    },

    /**
     * The former secret goes on signing for a while, so that the endpoint can switch without
     * missing deliveries.
     */
    async rotateSecret(webhookId: string) {
      const { secret, sealed } = secrets.make();
      const previousSecretUntil = new Date(databaseNow() + secretOverlapMs).toISOString();
      const webhook = await locked(webhookId);
      await write(webhook, {
        secretSealed: sealed,
        previousSecretSealed: webhook.secretSealed,
        previousSecretUntil,
      });
      await emitEvents(scope, [webhookSecretRotated.of(about(webhookId))]);
      return { secret, previousSecretUntil };
    },
  };
}
export type WebhookRecords = ReturnType<typeof webhookRecords>;

const healthy = { exhaustedInRow: 0, failingSince: null, suspendedAt: null };
const standings = {
  ACTIVE: { ...healthy, status: 'ACTIVE' as const, disabledReason: null },
  DISABLED: {
    ...healthy,
    status: 'DISABLED' as const,
    disabledReason: 'OWNER' as WebhookDisabledReason,
  },
};

const given = ({ url, eventTypes, description }: Partial<NewWebhook>) => ({
  ...(url === undefined ? {} : { url }),
  ...(eventTypes === undefined ? {} : { eventTypes: eventTypes && [...eventTypes] }),
  ...(description === undefined ? {} : { description }),
});
