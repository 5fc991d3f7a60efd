import type pg from 'pg';
import { untilNothingIsLeft } from '../../../workers/maintenance/repetition.js';
import { createWebhookActivities } from '../../../workers/relay/webhook-delivery.js';
import {
  createOutboundHttp,
  type OutboundHttpOptions,
} from '../../../activities/shared/outbound-http.js';
import { createDeadLetterRoutes } from '../../../api/platform/dead-letter.routes.js';
import { createWebhookDeliveryRoutes } from '../../../api/platform/webhook-delivery.routes.js';
import { createWebhookRoutes } from '../../../api/platform/webhook.routes.js';
import { createCursors } from '../../../api/shared/cursor.js';
import { createAlertRoutes } from '../../../api/notifications/alert.routes.js';
import { consumerStore } from '../../../db/platform/delivery/consumer.store.js';
import { purgeDeliveries } from '../../../db/platform/delivery/delivery-purge.store.js';
import { deliveryStore, type DeliveryStore } from '../../../db/platform/delivery/delivery.store.js';
import { webhookRecords } from '../../../db/platform/webhook/webhook.records.js';
import {
  createRolePool,
  roleScope,
  type Database,
  type WriteScope,
} from '../../../db/connection/database.js';
import { eventCatalogue } from '../../../workers/domains.js';
import { defineEvent } from '../../../db/shared/event.js';
import { newId } from '../../../db/shared/id.js';
import { emitEvents } from '../../../db/shared/outbox.js';
import { createWebhookSecrets } from '../../../db/secrets/webhook-secrets.js';
import { createLogger, type Logger } from '../../../workers/observability/logger.js';
import { createInternalSink, type InternalConsumer } from '../../../workers/relay/sink.js';
import { createWebhookEndpoints } from '../../../workers/relay/webhook-endpoints.js';
import { createWebhookSink } from '../../../workers/relay/webhook-sink.js';
import { breakerPolicy, type BreakerPolicy } from '../../../workflows/platform/webhook.contract.js';
import { createTestDatabase } from '../../support/servers/database.js';
import { happened } from '../../support/timing/happened.js';
import { startTestRelay } from '../../support/processes/relay.js';
import { createTestApi, tokenOf } from '../../support/api/test-api.js';

const another = defineEvent({ ...happened, type: 'TEST_OTHER', topic: 'test.other' });

interface WebhookFixtureOptions {
  outbound?: Partial<OutboundHttpOptions>;
  policy?: Partial<BreakerPolicy>;
  logger?: Logger;
  /** The variable named in refusals of private addresses. */
  privateAllowedBy?: string | undefined;
  /** Ours, beside the webhooks. */
  consumers?: (parts: { database: Database }) => readonly InternalConsumer[];
}

/** Webhooks from the routes to the wire: a database, the API, and a relay to start and stop. */
export async function createWebhookFixture(given: WebhookFixtureOptions = {}) {
  const { outbound: options, policy, logger, consumers = () => [] } = given;
  const test = await createTestDatabase();
  const { database, admin } = test;
  const relayPool: pg.Pool = createRolePool(test.urls.relay);
  const relayRole = roleScope(relayPool);
  const outbound = createOutboundHttp({ allowsPrivate: true, ...options });
  const secrets = createWebhookSecrets('00'.repeat(32));
  const endpoints = createWebhookEndpoints({
    database,
    secrets,
    policy: { ...breakerPolicy, ...policy },
  });
  const { send, ping } = createWebhookActivities({ outbound });
  const parts = {
    database,
    cursors: createCursors('a key of tests'),
    refusalOfUrl: outbound.refusal,
    privateAllowedBy: given.privateAllowedBy,
    records: (scope: WriteScope) => webhookRecords(scope, { secrets }),
    eventTypes: [...eventCatalogue.map(({ type }) => type), happened.type, another.type],
    ping: async (accountId: string, webhookId: string, requestId: string) => {
      const endpoint = await endpoints.find(accountId, webhookId);
      return endpoint && ping(endpoint, requestId);
    },
  };
  const { as } = createTestApi({
    database,
    routes: [
      ...createWebhookRoutes(parts),
      ...createWebhookDeliveryRoutes(parts),
      ...createDeadLetterRoutes(parts),
      ...createAlertRoutes(parts),
    ],
  });
  const internal = consumers({ database });
  const log = logger ?? createLogger({ level: 'silent', process: 'test' });
  let relay: ReturnType<typeof startTestRelay> | undefined;

  return {
    as,
    admin,
    database,
    endpoints,
    consumers: consumerStore(relayRole),
    /** Over a store of deliveries that a test may have changed. */
    startRelay(changed: (store: DeliveryStore) => DeliveryStore = (store) => store) {
      const sinks = {
        internal: createInternalSink(internal),
        webhook: createWebhookSink({ endpoints, send, logger: log }),
      };
      const deliveries = changed(deliveryStore(relayRole));
      relay = startTestRelay({ database, relayPool }, internal, { sinks, logger: log, deliveries });
    },
    async stopRelay() {
      await relay?.stop();
      relay = undefined;
    },
    /** As the schedule of the same name does. */
    purgeDeliveries: () =>
      untilNothingIsLeft(
        () => purgeDeliveries(relayRole),
        () => undefined,
      ),
    /** A new account with an owner. */
    account() {
      const accountId = newId();
      const owner = as(tokenOf({ [accountId]: 'OWNER' }));
      const path = `/v1/accounts/${accountId}/webhooks`;
      return {
        accountId,
        owner,
        path,
        emit: (
          subjectId: string,
          n: number,
          type: 'TEST_HAPPENED' | 'TEST_OTHER' = 'TEST_HAPPENED',
        ) =>
          database.transaction({ accountId }, (scope) => {
            const definition = type === 'TEST_OTHER' ? another : happened;
            return emitEvents(scope, [definition.of({ accountId, subjectId, payload: { n } })]);
          }),
        /** The next try is the last. */
        useUpTries: () =>
          admin.query(
            "update platform.deliveries set attempts = 9 where state = 'PENDING' and account_id = $1",
            [accountId],
          ),
        probeNow: () =>
          admin.query('update platform.consumers set paused_until = now() where account_id = $1', [
            accountId,
          ]),
        /** As after a failed probe. */
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
