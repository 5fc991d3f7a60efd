import { pathToFileURL } from 'node:url';
import { startStandingWatch } from '../api/shared/standing-watch.js';
import { required, type Config } from '../config.js';
import { platformAccountId } from '../db/connection/database.js';
import { standingViews } from '../db/platform/standing.views.js';
import { accessRefusalInbox } from '../db/devices/access/access-refusal.inbox.js';
import { deviceCredentialViews } from '../db/devices/access/device-credential.views.js';
import { accessNoteInbox } from '../db/devices/access/access-note.inbox.js';
import { startAccessNotes } from './gateway/access-notes.js';
import { createBroker } from './gateway/broker.js';
import { createDeviceCredentials } from './gateway/credentials.js';
import { openIntake } from './gateway/intake.js';
import { createListenerAuthenticator } from './gateway/listener-authenticator.js';
import { createPeers } from './gateway/peer.js';
import { startRefusalLog } from './gateway/refusal-log.js';
import { startRefusals } from './gateway/refusals.js';
import { boundHeapGrowth } from './process/heap.js';
import { deviceTaskQueue } from '../workflows/devices/device.contract.js';
import type { Metrics } from './observability/metrics/registry.js';
import { openRoleDatabase } from './process/pools.js';
import { relayPassword } from './relay/relay-password.js';
import type { Logger } from './observability/logger.js';
import { runProcess } from './process/process.js';
import type { Part } from '../processes/part.js';

const platform = { accountId: platformAccountId };

/**
 * The MQTT gateway: devices' way in, signals to their workflows, and an account's events for
 * listeners. The gateway needs PostgreSQL; without Temporal the gateway goes on accepting.
 */
export async function startGateway(
  config: Config,
  logger: Logger,
  {
    taskQueue = deviceTaskQueue,
    metrics,
  }: { taskQueue?: string; metrics?: Metrics | undefined } = {},
): Promise<Part & { port: number }> {
  const intake = await openIntake(config, logger, { taskQueue, metrics });
  const database = await openRoleDatabase(config, required(config, 'DATABASE_GATEWAY_URL'));
  const standings = standingViews(database.reads(platform));
  const watch = startStandingWatch(standings, (error) =>
    logger.warn({ err: error }, 'standings could not be looked at; they will be'),
  );
  const refusals = startRefusals({
    inbox: accessRefusalInbox(database.statements(platform)),
    logger,
  });
  const refusalLog = startRefusalLog({ logger, metrics });
  const access = startAccessNotes({
    inbox: accessNoteInbox(database.statements(platform)),
    logger,
  });
  const peers = createPeers({
    credentials: createDeviceCredentials(deviceCredentialViews(intake.scope)),
    authenticator: createListenerAuthenticator({ database, issuer: config.publicUrl, watch }),
    relayPassword: relayPassword(config),
  });
  const broker = await createBroker({
    peers,
    watch,
    refusals,
    refusalLog,
    access,
    logger,
    telemetry: intake.batcher,
    limits: { limits: { connectionsOfAddress: config.MQTT_CONNECTIONS_PER_ADDRESS } },
  });
  const server = await broker.listen(config.MQTT_PORT, config.HOST);
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : config.MQTT_PORT,
    stop: async () => {
      await broker.close();
      await intake.stop();
      await watch.stop();
      await Promise.all([refusals.stop(), refusalLog.stop(), access.stop()]);
      await database.close();
    },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  boundHeapGrowth();
  await runProcess(
    'gateway',
    () => ['gateway'],
    async (config, logger, metrics) => [await startGateway(config, logger, { metrics })],
  );
}
