import { randomBytes } from 'node:crypto';
import type { DestinationStream } from 'pino';
import type { Api } from '../../../api/server.js';
import { loadConfig, type Config } from '../../../config.js';
import { startApi } from '../../../workers/api.process.js';
import { createClient, type ApiClient } from '../http/api-client.js';
import { startGateway } from '../../../workers/gateway.process.js';
import { domains, workerStarts } from '../../../workers/domains.js';
import { startMaintenanceWorker } from '../../../workers/platform/maintenance.worker.js';
import { deviceTaskQueue } from '../../../workflows/devices/device.contract.js';
import { queuesOf } from './queues.js';
import { startEventRelay } from '../../../workers/outbox.process.js';
import { contextKey } from '../../../workers/process/context-key.js';
import { createLogger, type Logger } from '../../../workers/observability/logger.js';
import { createProcessMetrics } from '../../../workers/process/process-metrics.js';
import { openDatabase } from '../../../workers/process/signed-database.js';
import { temporalLogger, type Resources } from '../../../workers/process/resources.js';
import { becomeAdmin, signUp, type Actor } from '../people/actors.js';
import { createTestDatabase, type TestDatabase } from '../servers/database.js';
import { createTemporalClient } from '../../../workers/process/temporal-client.js';
import { startTracing } from '../../../workers/observability/tracing/start.js';
import { noHoldLimits } from '../http/holds.js';
import { noRateLimits } from '../http/rates.js';
import { connectTestTemporal, type TestTemporal } from '../servers/temporal.js';

export interface TestSystem extends Pick<TestDatabase, 'admin' | 'database'> {
  config: Config;
  /** As mounted: the routes are the table of all calls. */
  api: Api;
  url: string;
  mqttUrl: string;
  temporal: TestTemporal;
  /** As the parts have the resources. */
  resources: Resources;
  /**
   * Task queues of the system's own. No schedule puts anything into the platform's queue unless a
   * test makes a schedule.
   */
  queueOf: Resources['queueOf'];
  /** A line for each request so far, as in the log. */
  requests: readonly RequestLine[];
  /** Of nobody. */
  client: ApiClient;
  /** A new person with an account. */
  signUp(name: string): Promise<Actor>;
  /** The platform admin; made when first asked for. */
  platformAdmin(): Promise<Actor>;
  stop(): Promise<void>;
}

export interface RequestLine {
  method: string;
  route?: string;
  status: number;
  request_id: string;
  account_id?: string;
}

const host = '127.0.0.1';
const bootstrapSecret = 'a secret of the tests';

/**
 * All of Millrace in this process, put together as in production, over a separate database and
 * separate task queues.
 */
export async function startTestSystem(
  variables: Record<string, string> = {},
  { logTo }: { logTo?: DestinationStream } = {},
): Promise<TestSystem> {
  const written = createLogger({
    level: variables['LOG_LEVEL'] ?? 'error',
    process: 'test',
    destination: logTo,
  });
  const [test, temporal] = await Promise.all([
    createTestDatabase(),
    connectTestTemporal(logTo ? temporalLogger(written) : undefined),
  ]);
  const config = loadConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'error',
    PORT: '0',
    MQTT_PORT: '0',
    DOCS: 'on',
    DRAIN_DELAY_MS: '0',
    SECRET_KEY: randomBytes(48).toString('base64'),
    BOOTSTRAP_SECRET: bootstrapSecret,
    DATABASE_URL: test.urls.app,
    DATABASE_RELAY_URL: test.urls.relay,
    DATABASE_INGEST_URL: test.urls.ingest,
    DATABASE_MARKET_URL: test.urls.market,
    DATABASE_GATEWAY_URL: test.urls.gateway,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    ...noRateLimits,
    ...noHoldLimits,
    ...variables,
  });
  // Contexts are signed with this system's own key rather than with the key of the run's template.
  await test.admin.query('update platform.context_keys set key = $1', [contextKey(config)]);
  const requests: RequestLine[] = [];
  const logger = listening(written, requests);
  const database = await openDatabase(config, test.urls.app);
  const tracing = await startTracing(config, 'test');
  const { connection } = temporal;
  const client = await createTemporalClient(config, connection);
  const metrics = createProcessMetrics();
  const queueOf = queuesOf();
  const resources: Resources = {
    config,
    logger,
    metrics,
    database,
    temporal: { connection, client },
    queueOf,
    close: () => database.close(),
  };

  // No maintenance: timed work would come between the steps of a test.
  const starts = await workerStarts();
  const workers = starts.filter((start) => start !== startMaintenanceWorker);
  const [api, gateway, ...others] = await Promise.all([
    startApi(resources),
    startGateway(config, logger, { taskQueue: queueOf(deviceTaskQueue) }),
    startEventRelay(resources),
    ...workers.map((start) => start(resources, domains)),
  ]);
  const url = `http://${host}:${api.port}`;
  const http = createClient(url);
  let admin: Promise<Actor> | undefined;
  return {
    admin: test.admin,
    database,
    config,
    resources,
    queueOf,
    api: api.api,
    url,
    client: http,
    requests,
    temporal: { ...temporal, client },
    mqttUrl: `mqtt://${host}:${gateway.port}`,
    signUp: (name) => signUp(http, name),
    platformAdmin: () => (admin ??= becomeAdmin(http, bootstrapSecret)),
    async stop() {
      for (const part of [api, gateway, ...others]) await part.stop();
      await resources.close();
      await tracing?.stop();
      await temporal.close();
      await test.drop();
    },
  };
}

/** The logger with an ear for lines of requests, at any level. */
function listening(logger: Logger, requests: RequestLine[]): Logger {
  const { info } = logger;
  logger.info = (fields: object, message?: string) => {
    if (message === 'request') requests.push(fields as RequestLine);
    info.call(logger, fields, message);
  };
  return logger;
}
