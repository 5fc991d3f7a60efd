import { randomBytes } from 'node:crypto';
import { loadConfig } from '../../config.js';
import { startGateway } from '../../workers/gateway.process.js';
import { contextKey } from '../../workers/shared/context-key.js';
import { createLogger } from '../../workers/shared/logger.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { aDevice, telemetry, type TestDevice } from './device.js';
import { connectPacket, packetsIn, publishPacket, type Connect } from './mqtt-packets.js';
import { openConnection, type RawConnection } from './raw-connection.js';
import { testServers } from './test-servers.js';

export interface TestGateway {
  test: TestDatabase;
  port: number;
  stop(): Promise<void>;
}

/** The gateway as its process puts it together, over a database of its own; nobody derives what it takes in. */
export async function startTestGateway(variables: Readonly<Record<string, string>> = {}): Promise<TestGateway> {
  const test = await createTestDatabase();
  const { temporal } = testServers();
  const config = loadConfig({
    ...{ NODE_ENV: 'test', LOG_LEVEL: 'error', MQTT_PORT: '0', SECRET_KEY: randomBytes(48).toString('base64') },

    DATABASE_INGEST_URL: test.urls.ingest,
    DATABASE_GATEWAY_URL: test.urls.gateway,
    ...{ TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: temporal.namespace },
    ...variables,
  });
  await test.admin.query('update platform.context_keys set key = $1', [contextKey(config)]);
  const logger = createLogger({ level: 'silent', process: 'test' });
  const gateway = await startGateway(config, logger, `telemetry-${randomBytes(4).toString('hex')}`);
  return {
    test,
    port: gateway.port,
    async stop() {
      await gateway.stop();
      await test.drop();
    },
  };
}

export const introductionOf = ({ deviceId, password }: TestDevice): Connect => ({
  clientId: deviceId,
  username: deviceId,
  password,
});

/** The code of the CONNACK; undefined where the connection closes without one. */
export async function introduce(connection: RawConnection, introduction: Buffer): Promise<number | undefined> {
  connection.send(introduction);
  const received = await connection.until((bytes) => bytes.length >= 4);
  const [first] = packetsIn(received);
  return first?.type === 'CONNACK' ? first.content.readUInt8(1) : undefined;
}

/** A connection that has been let in. */
export async function connectRaw(
  port: number,
  device: TestDevice,
  more: Partial<Connect> = {},
): Promise<RawConnection> {
  const connection = await openConnection(port);
  const code = await introduce(connection, connectPacket(Object.assign(introductionOf(device), more)));
  if (code !== 0) throw new Error(`a device was not let in: ${code}`);
  return connection;
}

/** Resolves when the gateway has taken a message of a device that has nothing to do with what goes on beside it. */
export async function publishAsNeighbour({ test, port }: TestGateway): Promise<void> {
  const device = await aDevice(test);
  const connection = await connectRaw(port, device);
  connection.send(publishPacket({ topic: `devices/${device.deviceId}/telemetry`, payload: telemetry(1) }));
  const received = await connection.until((bytes) => packetsIn(bytes).some(({ type }) => type === 'PUBACK'));
  if (!packetsIn(received).some(({ type }) => type === 'PUBACK')) throw new Error('a neighbour was not served');
  connection.end();
}
