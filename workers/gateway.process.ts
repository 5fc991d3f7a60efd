import { pathToFileURL } from 'node:url';
import { startStandingWatch } from '../api/shared/standing-watch.js';
import { required, type Config } from '../config.js';
import { createStandingLook } from '../db/platform/standing.views.js';
import { createAccessRefusalInbox } from '../db/water/access-refusal.inbox.js';
import { createDeviceCredentialViews } from '../db/water/device-credential.views.js';
import { createAccessNoteInbox } from '../db/water/access-note.inbox.js';
import { startAccessNotes } from './gateway/access-notes.js';
import { createBroker } from './gateway/broker.js';
import { createDeviceCredentials } from './gateway/credentials.js';
import { openIntake } from './gateway/intake.js';
import { createListenerAuthenticator } from './gateway/listener-authenticator.js';
import { createPeers } from './gateway/peer.js';
import { startRefusalLog } from './gateway/refusal-log.js';
import { startRefusals } from './gateway/refusals.js';
import { boundHeapGrowth } from './shared/heap.js';
import { deviceTaskQueue } from '../workflows/water/device.contract.js';
import type { Metrics } from './shared/metrics/registry.js';
import { openRoleDatabase } from './shared/pools.js';
import { relayPassword } from './shared/relay-password.js';
import type { Logger } from './shared/logger.js';
import { runProcess } from './shared/process.js';
import type { Part } from './shared/part.js';

/**
 * The MQTT gateway: devices' way in, what tells their workflows, and the events of an account for who listens. It needs
 * PostgreSQL; without Temporal it goes on accepting.
 */
export async function startGateway(
  config: Config,
  logger: Logger,
  { taskQueue = deviceTaskQueue, metrics }: { taskQueue?: string; metrics?: Metrics | undefined } = {},
): Promise<Part & { port: number }> {
  const intake = await openIntake(config, logger, { taskQueue, metrics });
  const database = await openRoleDatabase(config, required(config, 'DATABASE_GATEWAY_URL'));
  const watch = startStandingWatch(createStandingLook(database), (error) =>
    logger.warn({ err: error }, 'standings could not be looked at; they will be'),
  );
  const refusals = startRefusals({ inbox: createAccessRefusalInbox(database), logger });
  const refusalLog = startRefusalLog({ logger, metrics });
  const access = startAccessNotes({ inbox: createAccessNoteInbox(database), logger });
  const peers = createPeers({
    credentials: createDeviceCredentials(createDeviceCredentialViews(intake.pool)),
    authenticator: createListenerAuthenticator({ database, issuer: config.publicUrl, watch }),
    relayPassword: relayPassword(config),
  });
  const broker = await createBroker({
    ...{ peers, watch, refusals, refusalLog, access, logger },
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
