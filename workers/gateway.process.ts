import { pathToFileURL } from 'node:url';
import type { Config } from '../config.js';
import { createDeviceCredentialViews } from '../db/water/device-credential.views.js';
import { createBroker } from './gateway/broker.js';
import { createDeviceCredentials } from './gateway/credentials.js';
import { openIntake } from './gateway/intake.js';
import type { Logger } from './shared/logger.js';
import { runProcess } from './shared/process.js';
import type { Part } from './shared/part.js';
import { taskQueues } from './shared/task-queues.js';

/** The MQTT gateway: devices' way in, and what tells their workflows. It needs PostgreSQL; without Temporal it goes on accepting. */
export async function startGateway(
  config: Config,
  logger: Logger,
  deviceTaskQueue = taskQueues.telemetry,
): Promise<Part & { port: number }> {
  const intake = await openIntake(config, logger, deviceTaskQueue);
  const credentials = createDeviceCredentials(createDeviceCredentialViews(intake.pool));
  const broker = await createBroker({ credentials, telemetry: intake.batcher, logger });
  const server = await broker.listen(config.MQTT_PORT, config.HOST);
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : config.MQTT_PORT,
    stop: async () => {
      await broker.close();
      await intake.stop();
    },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runProcess('gateway', async (config, logger) => [await startGateway(config, logger)]);
}
