import { readFileSync } from 'node:fs';
import { createOutboundHttp } from '../activities/shared/outbound-http.js';
import { createAuthentication } from '../api/authentication/authentication.js';
import { createHomeRoutes } from '../api/console/home.routes.js';
import type { ResourceQueries } from '../api/pipeline/owner.js';
import { createApi, type Api, type ApiParts } from '../api/server.js';
import { createCursors } from '../api/shared/cursor.js';
import { createEventStreams, type EventStreams } from '../api/shared/event-streams.js';
import { createSchedules } from '../api/shared/schedules.js';
import { startStandingWatch } from '../api/shared/standing-watch.js';
import { createWorkflows } from '../api/shared/workflows.js';
import type { Config } from '../config.js';
import { platformAccountId } from '../db/connection/database.js';
import { eventViews } from '../db/platform/delivery/event.views.js';
import { figureViews } from '../db/platform/figure.views.js';
import { rateRecords } from '../db/platform/rate.records.js';
import { requestRecords } from '../db/platform/request.records.js';
import { standingStore } from '../db/platform/standing.store.js';
import { standingViews } from '../db/platform/standing.views.js';
import type { Part } from '../processes/part.js';
import { platformTaskQueue } from '../workflows/platform/maintenance.contract.js';
import { homeOf } from './api/home.js';
import { floodRatesOf, ratesOf } from './api/rates.js';
import { issuersOf } from './api/issuers.js';
import { createReadyChecks } from './api/ready-checks.js';
import { domains, eventCatalogue } from './domains.js';
import { createRequestMetrics } from './observability/metrics/request-metrics.js';
import { openRolePool } from './process/pools.js';
import { metricsEndpoint } from './process/process-metrics.js';
import type { Resources } from './process/resources.js';
import type { RouteParts } from './shared/domain.js';

const { version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as {
  version: string;
};

/**
 * The REST API, composed and listening as configured. Benchmarks pass `create` to measure the API
 * without a part.
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

const platform = { accountId: platformAccountId };

/** The API without a port, made of the parts by `create`. */
async function composeApi(
  resources: Resources,
  create: (parts: ApiParts) => Api,
): Promise<{ api: Api; streams: EventStreams; close(): Promise<void> }> {
  const { config, database, temporal, logger, metrics, log, queueOf } = resources;
  const standings = {
    ...standingViews(database.reads(platform)),
    ...standingStore(database.statements(platform)),
  };
  const watch = startStandingWatch(standings, (error) =>
    logger.warn({ err: error }, 'standings could not be looked at; they will be'),
  );
  const outbound = createOutboundHttp({ allowsPrivate: config.IDP_ALLOW_PRIVATE });
  const issuers = issuersOf({ config, metrics, outbound });
  const authentication = createAuthentication({
    database,
    watch,
    issuers,
    issuer: config.publicUrl,
    otpKey: config.deriveKey('one-time codes'),
    signingSealKey: config.deriveKey('signing keys'),
  });
  const streams = createEventStreams((accountId) => eventViews(database.reads({ accountId })), {
    watch,
  });
  const pools = createPools();
  const parts: RouteParts = {
    resources,
    domains,
    catalogue: eventCatalogue,
    authentication,
    workflows: createWorkflows(temporal.client),
    schedules: createSchedules(temporal.client, queueOf(platformTaskQueue)),
    streams,
    cursors: createCursors(config.deriveKey('cursors')),
    version,
    openPool: pools.openPool,
    listRoutes: () => api.routes,
    listResources: () => located,
  };
  const opened = await Promise.all(domains.map((domain) => domain.routes(parts)));
  const located: ResourceQueries = Object.assign({}, ...opened.map(({ resources: own }) => own));
  const home = createHomeRoutes({
    home: homeOf(config, version),
    figures: figureViews(
      database.reads(platform),
      domains.flatMap((domain) => domain.database.figures),
    ).all,
  });
  const sealKey = Buffer.from(config.deriveKey('kept answers'), 'hex');
  const api = create({
    settings: settingsOf(config),
    database,
    requests: (scope) => requestRecords(scope, { sealKey }),
    rateLimits: {
      rates: ratesOf(config),
      floods: floodRatesOf(config),
      records: rateRecords(database.statements(platform)),
      identifierKey: config.deriveKey('rate limits'),
      devices: authentication.devices,
    },
    authenticator: authentication.authenticator,
    routes: [...opened.flatMap(({ routes }) => routes), ...home],
    resources: located,
    readyChecks: createReadyChecks({ config, database, temporal, log, issuers }),
    logger,
    metrics: { requests: createRequestMetrics(metrics), answers: metricsEndpoint(config, metrics) },
  });
  return {
    api,
    streams,
    close: async () => {
      for (const { close } of opened) close?.();
      outbound.close();
      await watch.stop();
      await pools.close();
    },
  };
}

/** Pools of other roles than the API's own. */
function createPools(): Pick<RouteParts, 'openPool'> & { close(): Promise<void> } {
  const opened: ReturnType<RouteParts['openPool']>[] = [];
  return {
    openPool: (url) => {
      const pool = openRolePool(url);
      opened.push(pool);
      return pool;
    },
    close: async () => {
      await Promise.all(opened.map(async (pool) => (await pool).end()));
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
