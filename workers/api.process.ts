import { readFileSync } from 'node:fs';
import { createObjects } from '../activities/shared/objects.js';
import { createIdentity } from '../api/identity/index.js';
import { createPlatformRoutes } from '../api/platform/index.js';
import { createApi, type Api, type ApiParts } from '../api/server.js';
import { createCursors } from '../api/shared/cursor.js';
import { createHomeRoutes } from '../api/shared/home.routes.js';
import { createSchedules } from '../api/shared/schedules.js';
import { startStandingWatch } from '../api/shared/standing-watch.js';
import { createEventStreams, type EventStreams } from '../api/shared/event-streams.js';
import { createWorkflowDiagnostics } from '../api/shared/workflow-diagnostics.js';
import { createWorkflows } from '../api/shared/workflows.js';
import { createWaterRoutes, waterResources } from '../api/water/index.js';
import { required, type Config } from '../config.js';
import { createAuditKeyViews } from '../db/platform/audit-key.views.js';
import { createFigureViews } from '../db/platform/figure.views.js';
import { createObjectRecords } from '../db/platform/object.records.js';
import { createRateRecords } from '../db/platform/rate.records.js';
import { createRequestRecords } from '../db/platform/request.records.js';
import { createStandingViews } from '../db/platform/standing.views.js';
import { createWebhookRedeliveryRecords } from '../db/platform/webhook-redelivery.records.js';
import { createWebhookRecords } from '../db/platform/webhook.records.js';
import { createEventViews } from '../db/platform/event.views.js';
import { createListingViews } from '../db/water/listing.views.js';
import { eventCatalogue } from '../db/domains.js';
import { createLateWorkflows } from './shared/late-workflows.js';
import { createLossReporter } from './shared/loss-reporter.js';
import { metricsEndpoint } from './shared/metrics/composition.js';
import { createRequestMetrics } from './shared/metrics/request-metrics.js';
import { assertObjectRoom, openObjectStore } from './shared/object-store.js';
import type { Part } from './shared/part.js';
import { homeOf } from './shared/home.js';
import { openRolePool } from './shared/pools.js';
import { createReadyChecks } from './shared/ready-checks.js';
import { floodRatesOf, ratesOf } from './shared/rates.js';
import type { Resources } from './shared/resources.js';
import { platformTaskQueue } from '../workflows/platform/maintenance.contract.js';
import { deviceTaskQueue } from '../workflows/water/device.contract.js';
import { orderTaskQueue } from '../workflows/water/order.contract.js';
import { orderPolicy } from './shared/order-policy.js';
import { selfServicePlans } from './shared/self-service-plans.js';
import { openTelemetryInbox } from './shared/telemetry-inbox.js';
import { openWebhooks } from './shared/webhooks.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/**
 * The REST API: put together here, listening where the configuration says. `create` is given where it is measured without one of
 * its parts.
 */
export async function startApi(
  resources: Resources,
  create: (parts: ApiParts) => Api = createApi,
): Promise<Part & { api: Api; port: number }> {
  const { config } = resources;
  const { api, streams, close } = await composeApi(resources, create);
  const address = (await api.listen(config.PORT, config.HOST)).address();
  return {
    api,
    port: typeof address === 'object' && address ? address.port : config.PORT,
    stop: async () => {
      // Streams end by themselves only when their listeners go.
      streams.close();
      await api.drain();
      await close();
    },
  };
}

/** The API without a port, made of its parts by `create`. */
async function composeApi(
  { config, database, temporal, logger, metrics, log, queueOf }: Resources,
  create: (parts: ApiParts) => Api,
): Promise<{ api: Api; streams: EventStreams; close(): Promise<void> }> {
  const [market, ingest] = await Promise.all([
    openRolePool(required(config, 'DATABASE_MARKET_URL')),
    openRolePool(required(config, 'DATABASE_INGEST_URL')),
  ]);
  const workflows = createWorkflows(temporal.client);
  const schedules = createSchedules(temporal.client, queueOf(platformTaskQueue));
  const watch = startStandingWatch(createStandingViews(database), (error) =>
    logger.warn({ err: error }, 'standings could not be looked at; they will be'),
  );
  const cursors = createCursors(config.deriveKey('cursors'));
  const identity = createIdentity({
    ...{ database, watch, cursors },
    issuer: config.publicUrl,
    otpKey: config.deriveKey('one-time codes'),
    signingSealKey: config.deriveKey('signing keys'),
    bootstrapSecret: config.BOOTSTRAP_SECRET,
    registration: {
      ttlMs: config.REGISTRATION_TTL_MS,
      isAlwaysNamed: config.REGISTRATION_PROOF === 'always',
      sendLimit: ratesOf(config).otp_identifier,
    },
    sessionLife: { idleMs: config.SESSION_IDLE_MS, maxMs: config.SESSION_MAX_MS },
    selfServicePlans: selfServicePlans(config),
    planId: config.DEFAULT_PLAN ?? (config.isProduction ? 'monitor' : 'pro'),
    listRoutes: () => api.routes,
  });
  const water = createWaterRoutes({
    database,
    workflows,
    cursors,
    listings: createListingViews(market),
    orderPolicy: orderPolicy(config),
    orderTaskQueue: queueOf(orderTaskQueue),
    reportLoss: createLossReporter({ schedules, logger }),
    deviceIntervalMs: config.DEVICE_INTERVAL_MS,
    deviceTaskQueue: queueOf(deviceTaskQueue),
    claimCodeKey: config.deriveKey('claim codes'),
    telemetryInbox: openTelemetryInbox(config, ingest),
  });
  const webhooks = openWebhooks(config, database);
  const streams = createEventStreams(createEventViews(database.read), { watch });
  const platform = createPlatformRoutes({
    ...{ database, streams, authenticator: identity.authenticator },
    ...{ catalogue: eventCatalogue, version, publicUrl: config.publicUrl, mqttPort: config.MQTT_PORT },
    schedules,
    cursors,
    records: createWebhookRecords({ database, secrets: webhooks.secrets }),
    redeliveries: createWebhookRedeliveryRecords(database),
    eventTypes: [...new Set(eventCatalogue.map(({ type }) => type))],
    refusalOfUrl: webhooks.outbound.refusal,
    privateAllowedBy: config.isProduction ? undefined : 'WEBHOOK_ALLOW_PRIVATE=true',
    ping: async (accountId, webhookId, requestId) => {
      const endpoint = await webhooks.store.endpoint(accountId, webhookId);
      return endpoint && webhooks.activities.ping(endpoint, requestId);
    },
    workflowDiagnostics: createWorkflowDiagnostics(temporal.client, createLateWorkflows(database.read, queueOf)),
    auditKeys: createAuditKeyViews(database.read),
    objects: {
      open: createObjects({ store: openObjectStore(config), records: createObjectRecords({ database }) }).open,
      assertRoom: () => assertObjectRoom(config),
    },
  });
  const home = createHomeRoutes({ home: homeOf(config, version), figures: createFigureViews(database.read).all });
  const api = create({
    settings: settingsOf(config),
    database,
    requests: createRequestRecords({
      database,
      sealKey: Buffer.from(config.deriveKey('kept answers'), 'hex'),
    }),
    rateLimits: {
      rates: ratesOf(config),
      floods: floodRatesOf(config),
      records: createRateRecords(database),
      identifierKey: config.deriveKey('rate limits'),
      devices: identity.devices,
    },
    authenticator: identity.authenticator,
    routes: [...identity.routes, ...water, ...platform, ...home],
    resources: waterResources,
    readyChecks: createReadyChecks({ config, database, temporal, log }),
    logger,
    metrics: { requests: createRequestMetrics(metrics), answers: metricsEndpoint(config, metrics) },
  });
  return {
    ...{ api, streams },
    close: async () => {
      webhooks.close();
      await watch.stop();
      await Promise.all([market.end(), ingest.end()]);
    },
  };
}

const listOf = (text = ''): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

const settingsOf = (config: Config) => ({
  isProduction: config.isProduction,
  publicUrl: config.publicUrl,
  version: { version },
  hasDemo: config.SEED_DEMO && !config.isProduction,
  hasDocs: config.DOCS === 'on' || (config.DOCS === 'auto' && !config.isProduction),
  allowedHosts: listOf(config.ALLOWED_HOSTS),
  corsOrigins: listOf(config.CORS_ORIGINS),
  trustsProxy: config.TRUST_PROXY,
  maxConnectionsOfPlace: config.HTTP_CONNECTIONS_PER_ADDRESS,
  drainDelayMs: config.DRAIN_DELAY_MS,
  logsReads: config.LOG_REQUESTS === 'all',
});
