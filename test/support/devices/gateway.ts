import { randomBytes } from 'node:crypto';
import { loadConfig } from '../../../config.js';
import { startGateway } from '../../../workers/gateway.process.js';
import { createLogger } from '../../../workers/observability/logger.js';
import { withKeysOf } from '../../../workers/process/process-keys.js';
import { createTestDatabase, type TestDatabase } from '../servers/database.js';
import { aDevice, telemetry, type TestDevice } from './device.js';
import { connectPacket, packetsIn, publishPacket, type Connect } from './mqtt-packets.js';
import { openConnection, type RawConnection } from '../http/raw-connection.js';
import { testServers } from '../servers/test-servers.js';

/** The gateway under attack by one device, with another uninvolved device beside. */
export interface TestGateway {
  test: TestDatabase;
  port: number;
  own: TestDevice;
  neighbour: TestDevice;
  /** An accepted connection: of the attacking device, unless another device is named. */
  connect(more?: Partial<Connect>, device?: TestDevice): Promise<RawConnection>;
  /** How many messages of a device are stored. */
  storedOf(device: TestDevice): Promise<number>;
  /** Resolves when the gateway has taken a message of the uninvolved device. */
  servesOthers(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * The gateway as put together by the process, over a separate database; nobody derives the
 * messages.
 */
export async function startTestGateway(
  variables: Readonly<Record<string, string>> = {},
): Promise<TestGateway> {
  const test = await createTestDatabase();
  const { port, stop } = await startProcessOf(test, variables);
  const [own, neighbour] = [await aDevice(test), await aDevice(test)];
  const connect: TestGateway['connect'] = async (more = {}, device = own) => {
    const connection = await openConnection(port);
    const code = await introduce(
      connection,
      connectPacket(Object.assign(introductionOf(device), more)),
    );
    if (code !== 0) throw new Error(`a device was not let in: ${code}`);
    return connection;
  };
  return {
    test,
    port,
    own,
    neighbour,
    connect,
    async storedOf({ deviceId }) {
      const { rows } = await test.admin.query<{ count: number }>(
        'select count(*)::int as count from devices.device_telemetry_messages where device_id = $1',
        [deviceId],
      );
      return rows[0]?.count ?? 0;
    },
    async servesOthers() {
      const other = await aDevice(test);
      const connection = await connect({}, other);
      connection.send(
        publishPacket({ topic: `devices/${other.deviceId}/telemetry`, payload: telemetry(1) }),
      );
      const received = await connection.until((bytes) =>
        packetsIn(bytes).some(({ type }) => type === 'PUBACK'),
      );
      if (!packetsIn(received).some(({ type }) => type === 'PUBACK'))
        throw new Error('somebody else was not served');
      connection.end();
    },
    async stop() {
      await stop();
      await test.drop();
    },
  };
}

async function startProcessOf(
  test: TestDatabase,
  variables: Readonly<Record<string, string>>,
): Promise<{ port: number; stop(): Promise<void> }> {
  const { temporal } = testServers();
  const config = loadConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'error',
    MQTT_PORT: '0',
    SECRET_KEY: randomBytes(48).toString('base64'),
    DATABASE_GATEWAY_URL: test.urls.gateway,
    DATABASE_INGEST_URL: test.urls.ingest,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    ...variables,
  });
  const logger = createLogger({ level: 'silent', process: 'test' });
  return startGateway(withKeysOf(config, ['gateway']), logger, {
    taskQueue: `telemetry-${randomBytes(4).toString('hex')}`,
  });
}

export const introductionOf = ({ deviceId, password }: TestDevice): Connect => ({
  clientId: deviceId,
  username: deviceId,
  password,
});

/** The code of the CONNACK; undefined where the connection closes without a code. */
export async function introduce(
  connection: RawConnection,
  introduction: Buffer,
): Promise<number | undefined> {
  connection.send(introduction);
  const received = await connection.until((bytes) => bytes.length >= 4);
  const [first] = packetsIn(received);
  return first?.type === 'CONNACK' ? first.content.readUInt8(1) : undefined;
}
