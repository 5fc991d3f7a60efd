import type pg from 'pg';
import { untilNothingIsLeft } from '../../activities/platform/maintenance.activities.js';
import { createWebhookActivities } from '../../activities/platform/webhook.activities.js';
import { createOutboundHttp, type OutboundHttpOptions } from '../../activities/shared/outbound-http.js';
import { createDeadLetterRoutes } from '../../api/platform/dead-letter.routes.js';
import { createWebhookDeliveryRoutes } from '../../api/platform/webhook-delivery.routes.js';
import { createWebhookRoutes } from '../../api/platform/webhook.routes.js';
import { createCursors } from '../../api/shared/cursor.js';
import { createAlertRoutes } from '../../api/water/alert.routes.js';
import { createConsumerStore } from '../../db/platform/consumer.store.js';
import { purgeDeliveries } from '../../db/platform/delivery-purge.store.js';
import { createDeliveryStore, type DeliveryStore } from '../../db/platform/delivery.store.js';
import { createWebhookRedeliveryRecords } from '../../db/platform/webhook-redelivery.records.js';
import { createWebhookRecords } from '../../db/platform/webhook.records.js';
import { createWebhookStore } from '../../db/platform/webhook.store.js';
import { createRolePool, type Database } from '../../db/shared/database.js';
import { eventCatalogue } from '../../db/domains.js';
import { defineEvent } from '../../db/shared/event.js';
import { newId } from '../../db/shared/id.js';
import { emitEvents } from '../../db/shared/outbox.js';
import { createWebhookSecrets } from '../../db/shared/webhook-secrets.js';
import { createLogger, type Logger } from '../../workers/shared/logger.js';
import { createInternalSink, type InternalConsumer } from '../../workers/shared/sink.js';
import { createWebhookSink } from '../../workers/shared/webhook-sink.js';
import { breakerPolicy, type BreakerPolicy } from '../../workflows/platform/webhook.contract.js';
import { createTestDatabase } from '../support/database.js';
import { happened } from '../support/happened.js';
import { startTestRelay } from '../support/relay.js';
import { createTestApi, tokenOf } from '../support/water-api.js';

const another = defineEvent({ ...happened, type: 'TEST_OTHER', topic: 'test.other' });

export interface WebhookFixtureOptions {
  outbound?: Partial<OutboundHttpOptions>;
  policy?: Partial<BreakerPolicy>;
  logger?: Logger;
  /** The variable that refusals of private addresses name. */
  privateAllowedBy?: string | undefined;
  /** Ours, beside the webhooks. */
  consumers?: (parts: { database: Database }) => readonly InternalConsumer[];
}

/** Webhooks from their routes to the wire: a database, the API, and a relay that is started and stopped. */
export async function createWebhookFixture(given: WebhookFixtureOptions = {}) {
  const { outbound: options, policy, logger, consumers = () => [] } = given;
  const test = await createTestDatabase();
  const { database, admin } = test;
  const relayPool: pg.Pool = createRolePool(test.urls.relay);
  const outbound = createOutboundHttp({ allowsPrivate: true, ...options });
  const secrets = createWebhookSecrets('00'.repeat(32));
  const webhooks = createWebhookStore({ database, secrets, policy: { ...breakerPolicy, ...policy } });
  const { send, ping } = createWebhookActivities({ outbound });
  const parts = {
    ...{ database, cursors: createCursors('a key of tests'), refusalOfUrl: outbound.refusal },
    privateAllowedBy: given.privateAllowedBy,
    records: createWebhookRecords({ database, secrets }),
    redeliveries: createWebhookRedeliveryRecords(database),
    eventTypes: [...eventCatalogue.map(({ type }) => type), happened.type, another.type],
    ping: async (accountId: string, webhookId: string, requestId: string) => {
      const endpoint = await webhooks.endpoint(accountId, webhookId);
      return endpoint && ping(endpoint, requestId);
    },
  };
  const as = createTestApi(database, [
    ...[...createWebhookRoutes(parts), ...createWebhookDeliveryRoutes(parts)],
    ...[...createDeadLetterRoutes(parts), ...createAlertRoutes(parts)],
  ]);
  const internal = consumers({ database });
  const log = logger ?? createLogger({ level: 'silent', process: 'test' });
  let relay: ReturnType<typeof startTestRelay> | undefined;

  return {
    ...{ as, admin, database, webhooks, consumers: createConsumerStore(relayPool) },
    /** Over a store of deliveries that a test may have changed. */
    startRelay(changed: (store: DeliveryStore) => DeliveryStore = (store) => store) {
      const sinks = {
        internal: createInternalSink(internal),
        webhook: createWebhookSink({ webhooks, send, logger: log }),
      };
      const deliveries = changed(createDeliveryStore(relayPool));
      relay = startTestRelay({ database, relayPool }, internal, { sinks, logger: log, deliveries });
    },
    async stopRelay() {
      await relay?.stop();
      relay = undefined;
    },
    /** As the schedule of that name does. */
    purgeDeliveries: () =>
      untilNothingIsLeft(
        () => purgeDeliveries(relayPool),
        () => undefined,
      ),
    /** A new account with an owner. */
    account() {
      const accountId = newId();
      const owner = as(tokenOf({ [accountId]: 'OWNER' }));
      const path = `/v1/accounts/${accountId}/webhooks`;
      return {
        ...{ accountId, owner, path },
        emit: (subjectId: string, n: number, type: 'TEST_HAPPENED' | 'TEST_OTHER' = 'TEST_HAPPENED') =>
          database.inAccount(accountId, (trx) => {
            const definition = type === 'TEST_OTHER' ? another : happened;
            return emitEvents(trx, [definition.of({ accountId, subjectId, payload: { n } })]);
          }),
        /** What is tried next is tried for the last time. */
        useUpTries: () =>
          admin.query("update platform.deliveries set attempts = 9 where state = 'PENDING' and account_id = $1", [
            accountId,
          ]),
        probeNow: () =>
          admin.query('update platform.consumers set paused_until = now() where account_id = $1', [accountId]),
        /** As it is again when a probe has failed. */
        async isPaused() {
          const { rows } = await admin.query<{ is: boolean }>(
            'select paused_until > now() as is from platform.consumers where account_id = $1',
            [accountId],
          );
          return rows[0]?.is;
        },
      };
    },
    async drop() {
      await relay?.stop();
      outbound.close();
      await relayPool.end();
      await test.drop();
    },
  };
}
export type WebhookFixture = Awaited<ReturnType<typeof createWebhookFixture>>;
