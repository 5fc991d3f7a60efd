import { hostname } from 'node:os';
import { pathToFileURL } from 'node:url';
import { required, type Config } from '../config.js';
import { startBrokerReader } from './forwarder/broker-reader.js';
import { openIntake } from './gateway/intake.js';
import type { Logger } from './observability/logger.js';
import type { Metrics } from './observability/metrics/registry.js';
import { runProcess } from './process/process.js';
import type { Part } from '../processes/part.js';

/**
 * Brings telemetry from an outside broker. The forwarder's name there is `clientId` in the query of
 * MQTT_BROKER_URL, else the host's; the name must stay from start to start, and differ for each
 * forwarder.
 */
async function startForwarder(config: Config, logger: Logger, metrics?: Metrics): Promise<Part> {
  const brokerUrl = new URL(required(config, 'MQTT_BROKER_URL'));
  const name = brokerUrl.searchParams.get('clientId') ?? `millrace-${hostname()}`;
  // In the URL, the name would be the client id of every connection.
  brokerUrl.searchParams.delete('clientId');
  const intake = await openIntake(config, logger, { metrics });
  const reader = startBrokerReader({
    brokerUrl: brokerUrl.href,
    name,
    telemetry: intake.batcher,
    logger,
  });
  return {
    stop: async () => {
      await reader.stop();
      await intake.stop();
    },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runProcess(
    'forwarder',
    () => ['forwarder'],
    async (config, logger, metrics) => [await startForwarder(config, logger, metrics)],
  );
}
