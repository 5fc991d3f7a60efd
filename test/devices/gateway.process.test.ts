/** Tells of: broker. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import type pg from 'pg';
import type { Authenticator } from '../../api/route/caller.js';
import { startStandingWatch, type StandingWatch } from '../../api/shared/standing-watch.js';
import { standingViews } from '../../db/platform/standing.views.js';
import { createRolePool, platformAccountId, roleScope } from '../../db/connection/database.js';
import { newId } from '../../db/shared/id.js';
import { deviceCredentialViews } from '../../db/devices/access/device-credential.views.js';
import { telemetryInbox, type TelemetryInbox } from '../../db/devices/telemetry.inbox.js';
import { failure } from '../../workflows/shared/failure.js';
import { createBatcher } from '../../workers/gateway/batcher.js';
import { createBroker, type Broker } from '../../workers/gateway/broker.js';
import { createDeviceCredentials } from '../../workers/gateway/credentials.js';
import { createPeers, relayUsername } from '../../workers/gateway/peer.js';
import { createLogger } from '../../workers/observability/logger.js';
import { eventually } from '../support/timing/eventually.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { aDevice, telemetry, type TestDevice } from '../support/devices/device.js';

const silent = createLogger({ level: 'silent', process: 'test' });
/** Refusals, by name and reason. */
const refused: string[] = [];
/** Devices that came in. */
const came: string[] = [];
let test: TestDatabase;
let pool: pg.Pool;
let broker: Broker;
let watch: StandingWatch;
/** Counts for the audit log. */
const counted: string[] = [];
let port: number;
const relayPassword = 'of the relay';
/**
 * Permitted listeners: the token of an account's member is the account's id, for as long as the id
 * is in the set.
 */
const members = new Set<string>();
const directory: Authenticator = {
  authenticate: async (token) => {
    if (!members.has(token)) throw failure('UNAUTHENTICATED');
    const caller = {
      kind: 'SESSION' as const,
      userId: newId(),
      principalId: newId(),
      sessionId: newId(),
      isPlatformAdmin: false,
      isSupport: false,
      grants: [],
    };
    return { ...caller, memberships: [{ accountId: token, role: 'VIEWER' }] };
  },
};
/** The next commits wait for the gate, and are counted on arrival. */
let gate: Promise<void> = Promise.resolve();
let arrivals = 0;
/** The database cannot be asked for credentials. */
let isAway = false;
const clients: MqttClient[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  pool = createRolePool(test.urls.ingest);
  const real = telemetryInbox(roleScope(pool));
  const inbox: TelemetryInbox = {
    accept: async (messages, dropped) => {
      arrivals += 1;
      await gate;
      return real.accept(messages, dropped);
    },
  };
  watch = startStandingWatch(
    standingViews(test.database.reads({ accountId: platformAccountId })),
    (error) => counted.push(String(error)),
  );
  const views = deviceCredentialViews(roleScope(pool));
  const credentials = createDeviceCredentials({
    ...views,
    find: (deviceId) =>
      isAway ? Promise.reject(new Error('database is away')) : views.find(deviceId),
  });
  const peers = createPeers({ credentials, authenticator: directory, relayPassword });
  broker = await createBroker({
    peers,
    telemetry: createBatcher({ inbox, onAccepted: () => undefined }),
    logger: silent,
    watch,
    access: { connected: (deviceId) => void came.push(deviceId), refused: () => undefined },
    refusalLog: {
      note: ({ act, clientId, reason }) => void refused.push(`${act} ${clientId ?? ''} ${reason}`),
    },
    refusals: { count: ({ kind }, reason) => void counted.push(`${kind} ${reason}`) },
  });
  const address = (await broker.listen(0, '127.0.0.1')).address();
  port = typeof address === 'object' && address ? address.port : 0;
});
afterEach(async () => {
  gate = Promise.resolve();
  await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
});
afterAll(async () => {
  await broker.close();
  await watch.stop();
  await pool.end();
  await test.drop();
});

function connect(options: IClientOptions): Promise<MqttClient> {
  return new Promise((resolve, reject) => {
    const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0, ...options });
    clients.push(client);
    client.once('connect', () => resolve(client));
    client.once('error', reject);
    client.once('close', () => reject(new Error('closed')));
  });
}
const connectAs = ({ deviceId, password }: TestDevice) =>
  connect({ clientId: deviceId, username: deviceId, password });
const topicOf = ({ deviceId }: TestDevice) => `devices/${deviceId}/telemetry`;
const storedSeqs = async ({ deviceId }: TestDevice) =>
  (
    await test.admin.query(
      'select seq from devices.device_telemetry_messages where device_id = $1 order by accepted_no',
      [deviceId],
    )
  ).rows.map((row) => Number(row.seq));
const closes = (client: MqttClient) =>
  new Promise<void>((resolve) => client.once('close', () => resolve()));

describe('the gateway', () => {
  it('acknowledges a message when it is committed, and not before', async () => {
    const device = await aDevice(test);
    const client = await connectAs(device);
    let open = () => {};
    gate = new Promise((resolve) => (open = resolve));
    let isAcknowledged = false;
    const before = arrivals;
    const published = client
      .publishAsync(topicOf(device), telemetry(1), { qos: 1 })
      .then(() => (isAcknowledged = true));
    await eventually(() => expect(arrivals).toBe(before + 1));
    await sleep(200);
    expect(isAcknowledged).toBe(false);
    open();
    await published;
    expect(await storedSeqs(device)).toEqual([1]);
  });

  it('does not acknowledge what the database does not take', async () => {
    const device = await aDevice(test);
    const client = await connectAs(device);
    gate = Promise.reject(new Error('database is away'));
    gate.catch(() => undefined);
    const closed = closes(client);
    let isAcknowledged = false;
    client.publishAsync(topicOf(device), telemetry(1), { qos: 1 }).then(
      () => (isAcknowledged = true),
      () => undefined,
    );
    await closed;
    expect(isAcknowledged).toBe(false);
    gate = Promise.resolve();
    const again = await connectAs(device);
    await again.publishAsync(topicOf(device), telemetry(1), { qos: 1 });
    expect(await storedSeqs(device)).toEqual([1]);
  });

  it('keeps the order of a device through a burst', async () => {
    const device = await aDevice(test);
    const client = await connectAs(device);
    await Promise.all(
      Array.from({ length: 500 }, (_, i) =>
        client.publishAsync(topicOf(device), telemetry(i + 1), { qos: 1 }),
      ),
    );
    expect(await storedSeqs(device)).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
  });

  it('acknowledges garbage and stores nothing of it but the reason', async () => {
    const device = await aDevice(test);
    const client = await connectAs(device);
    for (const garbage of [
      '',
      'not json',
      '[]',
      '{"seq":"one"}',
      '{"seq":-1}',
      '{"no":"seq"}',
      Buffer.from([0xff, 0x00, 0xfe]),
    ]) {
      await client.publishAsync(topicOf(device), garbage, { qos: 1 });
    }
    expect(await storedSeqs(device)).toEqual([]);
    const { rows } = await test.admin.query(
      'select reason, count::int from devices.telemetry_drops where device_id = $1 order by 1',
      [device.deviceId],
    );
    expect(rows).toEqual([
      { reason: 'MISSING_SEQ', count: 1 },
      { reason: 'UNREADABLE_JSON', count: 4 },
      { reason: 'UNREADABLE_SEQ', count: 2 },
    ]);
    const { rows: samples } = await test.admin.query<{ sample: Buffer }>(
      "select sample_bytes as sample from devices.telemetry_drops where device_id = $1 and reason = 'UNREADABLE_JSON'",
      [device.deviceId],
    );
    expect(samples[0]?.sample).toEqual(Buffer.from(''));
    const other = await aDevice(test);
    const bytes = Buffer.from([0xff, 0x00, 0xfe]);
    await (await connectAs(other)).publishAsync(topicOf(other), bytes, { qos: 1 });
    const { rows: kept } = await test.admin.query<{ sample: Buffer; accountId: string }>(
      'select sample_bytes as sample, account_id as "accountId" from devices.telemetry_drops where device_id = $1',
      [other.deviceId],
    );
    expect(kept).toEqual([{ sample: bytes, accountId: other.accountId }]);
  });

  it('closes without a CONNACK while it cannot look at credentials, so that any client comes again', async () => {
    const device = await aDevice(test);
    isAway = true;
    const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
      clientId: device.deviceId,
      username: device.deviceId,
      password: device.password,
      reconnectPeriod: 50,
    });
    clients.push(client);
    const errors: string[] = [];
    client.on('error', (error) => errors.push(error.message));
    await eventually(() =>
      expect(refused).toContain(`introduction ${device.deviceId} NOT_CHECKED`),
    );
    isAway = false;
    await eventually(() => expect(client.connected).toBe(true));
    expect(errors.filter((message) => message.includes('Connection refused'))).toEqual([]);
    expect(came).toContain(device.deviceId);
  });

  it('tells an introduction of another version of MQTT from one that is let in', async () => {
    const device = await aDevice(test);
    const { deviceId: clientId, password } = device;
    await expect(
      connect({ clientId, username: clientId, password, protocolVersion: 5 }),
    ).rejects.toThrow();
    await eventually(() => expect(refused).toContain('introduction  PROTOCOL_VERSION'));
  });

  it.each([
    [
      'a wrong password',
      (d: TestDevice) => ({ clientId: d.deviceId, username: d.deviceId, password: 'wrong' }),
    ],
    ['no password', (d: TestDevice) => ({ clientId: d.deviceId, username: d.deviceId })],
    [
      'another client id',
      (d: TestDevice) => ({ clientId: 'AAAAAAAAAAAA', username: d.deviceId, password: d.password }),
    ],
    [
      'a client id of wildcards',
      (d: TestDevice) => ({ clientId: '+', username: d.deviceId, password: d.password }),
    ],
    [
      'no client id',
      (d: TestDevice) => ({
        clientId: '',
        username: d.deviceId,
        password: d.password,
        clean: true,
      }),
    ],
  ])('refuses %s', async (_, options) => {
    const device = await aDevice(test);
    await expect(connect(options(device))).rejects.toThrow();
  });

  it('refuses a disabled unit', async () => {
    const device = await aDevice(test);
    await test.admin.query(
      "update devices.device_units set provisioning_status = 'DISABLED' where device_id = $1",
      [device.deviceId],
    );
    await expect(connectAs(device)).rejects.toThrow();
  });

  it.each(['devices/AAAAAAAAAAAA/telemetry', '$SYS/broker', 'events/x', 'devices/+/telemetry/x'])(
    'closes on a publish to %s',
    async (topic) => {
      const device = await aDevice(test);
      const client = await connectAs(device);
      const closed = closes(client);
      client.publish(topic, telemetry(1), { qos: 1 });
      await closed;
      expect(await storedSeqs(device)).toEqual([]);
    },
  );

  it('stores nothing of a will for another device', async () => {
    const [device, victim] = [await aDevice(test), await aDevice(test)];
    const { deviceId, password } = device;
    const will = {
      topic: topicOf(victim),
      payload: Buffer.from(telemetry(99)),
      qos: 1 as const,
      retain: false,
    };
    const client = await connect({ clientId: deviceId, username: deviceId, password, will });
    client.stream.destroy();
    await eventually(() => expect(refused).toContain(`publish ${deviceId} FOREIGN_TOPIC`));
    expect(await storedSeqs(victim)).toEqual([]);
  });

  it("lets a device hear its own configuration and nobody else's", async () => {
    const [device, other] = [await aDevice(test), await aDevice(test)];
    const client = await connectAs(device);
    const heard: string[] = [];
    client.on('message', (topic) => heard.push(topic));
    const granted = await client.subscribeAsync(`devices/${device.deviceId}/config/+`, { qos: 1 });
    expect(granted[0]?.qos).toBe(1);
    for (const topic of [
      '#',
      'devices/#',
      'devices/+/telemetry',
      `devices/${other.deviceId}/config/+`,
      '$share/x/devices/#',
      '$SYS/#',
    ]) {
      await client.subscribeAsync(topic, { qos: 1 }).then(
        (result) => expect(result.every(({ qos }) => qos === 128)).toBe(true),
        (error: Error) => expect(error.message).toMatch(/unspecified|subscri/i),
      );
    }
    await broker.publish(`devices/${other.deviceId}/config/network`, '{}');
    await broker.publish(`devices/${device.deviceId}/config/network`, '{}');
    // The first message is out before the second.
    await eventually(() => expect(heard).toEqual([`devices/${device.deviceId}/config/network`]));
  });
});

describe('who listens to events', () => {
  const anAccount = (): string => {
    const accountId = newId();
    members.add(accountId);
    return accountId;
  };
  const listen = (accountId: string, options: IClientOptions = {}) =>
    connect({ clientId: `${accountId}/app`, username: accountId, password: accountId, ...options });
  const relay = () =>
    connect({ clientId: 'relay', username: relayUsername, password: relayPassword });
  const granted = async (client: MqttClient, topic: string) =>
    (await client.subscribeAsync(topic, { qos: 1 }))[0]?.qos;

  it('hears the events of its account, and of no other', async () => {
    const [ours, theirs] = [anAccount(), anAccount()];
    const client = await listen(ours);
    const heard: string[] = [];
    client.on('message', (topic, payload) => heard.push(`${topic} ${payload.toString()}`));
    expect(await granted(client, `events/${ours}/#`)).toBe(1);
    for (const topic of [
      `events/${theirs}/#`,
      'events/#',
      'events/+/a',
      '#',
      '$SYS/#',
      `$share/x/events/${theirs}/#`,
    ])
      await expect(granted(client, topic)).rejects.toThrow();

    const publisher = await relay();
    await publisher.publishAsync(`events/${theirs}/water.order`, 'theirs', { qos: 1 });
    await publisher.publishAsync(`events/${ours}/water.order`, 'ours', { qos: 1 });
    await eventually(() => expect(heard).toEqual([`events/${ours}/water.order ours`]));
  });

  it('publishes nothing, and nobody but the relay publishes events', async () => {
    const accountId = anAccount();
    const listener = await listen(accountId);
    const ended = closes(listener);
    listener.publish(`events/${accountId}/water.order`, 'forged', { qos: 1 });
    await ended;
    const device = await connectAs(await aDevice(test));
    const deviceEnded = closes(device);
    device.publish(`events/${accountId}/water.order`, 'forged', { qos: 1 });
    await deviceEnded;
    const publisher = await relay();
    const relayEnded = closes(publisher);
    publisher.publish('devices/B43A4536C83C/config/general', 'forged', { qos: 1 });
    await relayEnded;
  });

  it('is not let in with a wrong token, for another account, under a foreign id, or with a session to keep', async () => {
    const [ours, theirs] = [anAccount(), anAccount()];
    const attempts: IClientOptions[] = [
      { password: 'wrong' },
      { username: theirs, clientId: `${theirs}/app` },
      { clientId: `${theirs}/app` },
      { clientId: 'app' },
      { clean: false },
    ];
    for (const attempt of attempts) await expect(listen(ours, attempt)).rejects.toThrow();
    await expect(
      connect({ clientId: 'relay', username: relayUsername, password: 'wrong' }),
    ).rejects.toThrow();
  });

  it('is shown out when its token has ended', async () => {
    const accountId = anAccount();
    const ended = closes(await listen(accountId));
    members.delete(accountId);
    await ended;
  });
});
