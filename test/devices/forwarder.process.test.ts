import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import mqtt, { type MqttClient } from 'mqtt';
import type pg from 'pg';
import { program } from '../../processes/node-process.js';
import { createRolePool, roleScope } from '../../db/connection/database.js';
import { telemetryInbox, type TelemetryInbox } from '../../db/devices/telemetry.inbox.js';
import { loadConfig } from '../../config.js';
import { startBrokerReader } from '../../workers/forwarder/broker-reader.js';
import { createBatcher } from '../../workers/gateway/batcher.js';
import { createLogger } from '../../workers/observability/logger.js';
import type { Part } from '../../processes/part.js';
import { formatKeys } from '../../workers/process/process-keys.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { aDevice, telemetry, type TestDevice } from '../support/devices/device.js';
import { eventually } from '../support/timing/eventually.js';
import { mosquittoCommand, startMosquitto, type TestBroker } from '../support/servers/mosquitto.js';
import { testServers } from '../support/servers/test-servers.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const logger = createLogger({ level: 'silent', process: 'test' });
const describeWithBroker = mosquittoCommand === undefined ? describe.skip : describe;

let test: TestDatabase;
let pool: pg.Pool;
let broker: TestBroker;
let publisher: MqttClient;
let devices: TestDevice[];
/** Ends for everything a test has started, after success and failure. */
const running: (() => Promise<unknown>)[] = [];

describeWithBroker('the forwarder (skipped where mosquitto is not installed)', () => {
  beforeAll(async () => {
    [test, broker] = await Promise.all([createTestDatabase(), startMosquitto()]);
    pool = createRolePool(test.urls.ingest);
    publisher = await mqtt.connectAsync(broker.url, { protocolVersion: 5 });
  });
  // Of each test its own: leftovers with the broker or aside in the inbox would come up in the next
  // test.
  beforeEach(async () => {
    devices = await Promise.all(Array.from({ length: 20 }, () => aDevice(test)));
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((end) => end()));
  });
  afterAll(async () => {
    await publisher.endAsync();
    await Promise.all([broker.stop(), pool.end()]);
    await test.drop();
  });

  it('brings 2,000 messages of 20 devices, each once', async () => {
    await read('each-once');
    await publish(1, 100);
    await eventually(async () => expect(await stored()).toEqual(complete(100)));
  });

  it('acknowledges nothing that is not committed', async () => {
    let isAway = true;
    let refusals = 0;
    const real = telemetryInbox(roleScope(pool));
    const reader = await read('away-at-first', {
      accept: async (...batch) => {
        if (!isAway) return real.accept(...batch);
        refusals += 1;
        throw new Error('the database is away');
      },
    });
    await publish(1, 10);
    await eventually(() => expect(refusals).toBeGreaterThan(3));
    await reader.stop();
    isAway = false;
    expect(await stored()).toEqual({});
    await read('away-at-first');
    await eventually(async () => expect(await stored()).toEqual(complete(10)));
  });

  it('goes on by itself when the database is back', async () => {
    let refusals = 5;
    const real = telemetryInbox(roleScope(pool));
    await read('recovers', {
      accept: async (...batch) =>
        refusals-- > 0 ? Promise.reject(new Error('the database is away')) : real.accept(...batch),
    });
    await publish(1, 10);
    await eventually(async () => expect(await stored()).toEqual(complete(10)));
  });

  it('passes over what is no telemetry of a device and goes on', async () => {
    await read('passes-over');
    await publisher.publishAsync('devices/not-a-device/telemetry', telemetry(1), { qos: 1 });
    await publisher.publishAsync(`devices/${devices[0]?.deviceId}/telemetry`, 'rubbish', {
      qos: 1,
    });
    await publish(1, 1);
    await eventually(async () => expect(await stored()).toEqual(complete(1)));
    // The message may have come by another connection than the messages after.
    await eventually(async () => {
      const { rows } = await test.admin.query(
        'select reason, count::int from devices.telemetry_drops',
      );
      expect(rows).toEqual([{ reason: 'UNREADABLE_JSON', count: 1 }]);
    });
  });

  it('loses nothing when it is killed half-way, and stores nothing twice', async () => {
    const first = await startProcess();
    const publishing = publish(1, 50);
    await eventually(async () => expect(await storedCount()).toBeGreaterThan(300));
    // The forwarder dies with messages not committed.
    await whileInboxIsLocked(async () => {
      await publishing;
      await publish(51, 100);
      first.kill('SIGKILL');
      await once(first, 'exit');
    });
    expect(await storedCount()).toBeLessThan(2_000);
    await startProcess();
    await eventually(async () => expect(await stored()).toEqual(complete(100)));
  }, 180_000);

  it('ends by itself when it is asked to, and takes up what came meanwhile', async () => {
    const first = await startProcess();
    await publish(1, 5);
    first.kill('SIGTERM');
    const [code] = (await once(first, 'exit')) as [number];
    expect(code).toBe(0);
    await publish(6, 10);
    await startProcess();
    await eventually(async () => expect(await stored()).toEqual(complete(10)));
  }, 180_000);
});

async function read(
  name: string,
  inbox: TelemetryInbox = telemetryInbox(roleScope(pool)),
): Promise<Part> {
  const batcher = createBatcher({ inbox, onAccepted: () => undefined });
  const ready = subscribed();
  const reader = startBrokerReader({
    brokerUrl: broker.url,
    name,
    telemetry: batcher,
    logger: ready.logger,
  });
  running.push(async () => {
    await reader.stop();
    await forget(name);
  });
  await ready.all;
  return reader;
}

/** The 16 connections report one by one. */
function subscribed() {
  let count = 0;
  let resolve: () => void = () => undefined;
  const all = new Promise<void>((done) => (resolve = done));
  const info = (_: unknown, text: string) => {
    if (text === 'reads from the broker' && ++count === 16) resolve();
  };
  return { all, logger: Object.assign(Object.create(logger) as typeof logger, { info }) };
}

/** A remaining session would be handed part of the next test's messages. */
async function forget(name: string): Promise<void> {
  for (let i = 0; i < 16; i += 1) {
    const client = await mqtt.connectAsync(broker.url, {
      protocolVersion: 5,
      clientId: `${name}-${i}`,
      clean: true,
    });
    await client.endAsync();
  }
}

/** On a machine that is starting other processes as well. */
const startedWithinMs = 60_000;

/** The process; Temporal does not answer, no reason for refusing telemetry. */
async function startProcess(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, 'workers/forwarder.process.ts'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      MQTT_BROKER_URL: `${broker.url}?clientId=process`,
      DATABASE_INGEST_URL: test.urls.ingest,
      TEMPORAL_ADDRESS: testServers().temporal.address,
      TEMPORAL_NAMESPACE: 'there-is-no-such-namespace',
      KEYS: formatKeys(loadConfig({ SECRET_KEY: 'a key of tests that is long enough to be one' }), [
        'forwarder',
      ]),
      LOG_LEVEL: 'info',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  running.push(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });
  const reading = () =>
    [...output.matchAll(/"client_id":"([^"]+)".*reads from the broker/g)].map(([, id]) => id);
  await eventually(() => expect(new Set(reading()).size).toBe(16), startedWithinMs);
  return child;
}

async function whileInboxIsLocked(work: () => Promise<void>): Promise<void> {
  const client = await test.admin.connect();
  try {
    await client.query('begin; lock table devices.device_inboxes in access exclusive mode');
    await work();
    await client.query('rollback');
  } finally {
    client.release();
  }
}

/** Sequence numbers of all devices, interleaved. */
async function publish(from: number, to: number): Promise<void> {
  for (let seq = from; seq <= to; seq += 1) {
    await Promise.all(
      devices.map(({ deviceId }) =>
        publisher.publishAsync(`devices/${deviceId}/telemetry`, telemetry(seq), { qos: 1 }),
      ),
    );
  }
}

async function stored(): Promise<Record<string, number[]>> {
  const { rows } = await test.admin.query<{ device_id: string; seqs: number[] }>(
    `select device_id, array_agg(seq::int order by seq) as seqs from devices.device_telemetry_messages
     where device_id = any($1) group by 1`,
    [devices.map(({ deviceId }) => deviceId)],
  );
  return Object.fromEntries(rows.map(({ device_id, seqs }) => [device_id, seqs]));
}

async function storedCount(): Promise<number> {
  const { rows } = await test.admin.query<{ count: number }>(
    'select count(*)::int from devices.device_telemetry_messages where device_id = any($1)',
    [devices.map(({ deviceId }) => deviceId)],
  );
  return rows[0]?.count ?? 0;
}

const complete = (to: number): Record<string, number[]> =>
  Object.fromEntries(
    devices.map(({ deviceId }) => [deviceId, Array.from({ length: to }, (_, i) => i + 1)]),
  );
