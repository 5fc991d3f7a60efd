import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import mqtt, { type MqttClient } from 'mqtt';
import type pg from 'pg';
import { Type } from 'typebox';
import type { Authenticator } from '../../../api/route/caller.js';
import { loadConfig } from '../../../config.js';
import { createRolePool } from '../../../db/connection/database.js';
import type { StoredEvent } from '../../../db/platform/delivery/event.store.js';
import { defineEvent } from '../../../db/shared/event.js';
import { newId } from '../../../db/shared/id.js';
import { emitEvents } from '../../../db/shared/outbox.js';
import { createBroker, type Broker } from '../../../workers/gateway/broker.js';
import { createPeers } from '../../../workers/gateway/peer.js';
import { createLogger } from '../../../workers/observability/logger.js';
import { openMirrors, type Mirrors } from '../../../workers/relay/mirrors.js';
import { relayPassword } from '../../../workers/relay/relay-password.js';
import type { Sink } from '../../../workers/relay/sink.js';
import type { Consumer } from '../../../workflows/platform/delivery.contract.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';
import { eventually } from '../../support/timing/eventually.js';
import {
  firestoreProject,
  startFirestore,
  type FirestoreServer,
} from '../../support/servers/firestore.js';
import { startTestRelay } from '../../support/processes/relay.js';

const moved = defineEvent({
  type: 'TEST_MOVED',
  version: 1,
  topic: 'test.moved',
  subjectType: 'test',
  payload: Type.Object({ n: Type.Integer() }, { additionalProperties: false }),
  example: { n: 1 },
});
const variables = { NODE_ENV: 'test', SECRET_KEY: 'k'.repeat(43) };
const anybody: Authenticator = {
  authenticate: async (token) => ({
    kind: 'SESSION',
    userId: newId(),
    principalId: newId(),
    sessionId: newId(),
    isPlatformAdmin: false,
    isSupport: false,
    grants: [],
    memberships: [{ accountId: token, role: 'VIEWER' }],
  }),
};

let test: TestDatabase;
let pool: pg.Pool;
let firestore: FirestoreServer;
let mirrors: Mirrors | undefined;
let relay: { stop(): Promise<void> } | undefined;
const ends: (() => Promise<unknown>)[] = [];
const hostBefore = process.env['FIRESTORE_EMULATOR_HOST'];

beforeAll(async () => {
  [test, firestore] = await Promise.all([createTestDatabase(), startFirestore()]);
  pool = createRolePool(test.urls.relay);
  process.env['FIRESTORE_EMULATOR_HOST'] = firestore.address;
});
afterEach(async () => {
  await relay?.stop();
  await mirrors?.stop();
  for (const end of ends.splice(0)) await end();
});
afterAll(async () => {
  if (hostBefore === undefined) delete process.env['FIRESTORE_EMULATOR_HOST'];
  else process.env['FIRESTORE_EMULATOR_HOST'] = hostBefore;
  await pool.end();
  await firestore.stop();
  await test.drop();
});

async function startMirroring(given: Record<string, string>): Promise<void> {
  mirrors = await openMirrors(loadConfig({ ...variables, ...given }));
  relay = startTestRelay({ database: test.database, relayPool: pool }, [], mirrors);
}
async function startGateway(port = 0): Promise<{ broker: Broker; port: number; url: string }> {
  const peers = createPeers({
    credentials: { check: async () => ({ refusal: 'UNKNOWN' }), unwelcome: async () => [] },
    authenticator: anybody,
    relayPassword: relayPassword(loadConfig(variables)),
  });
  const telemetry = { add: async () => undefined, hasRoom: () => true };
  const [watch, refusals] = [{ onLook: () => undefined }, { count: () => undefined }];
  const broker = await createBroker({
    peers,
    telemetry,
    watch,
    refusals,
    access: { connected: () => undefined, refused: () => undefined },
    refusalLog: { note: () => undefined },
    logger: createLogger({ level: 'silent', process: 'test' }),
  });
  const address = (await broker.listen(port, '127.0.0.1')).address();
  const bound = typeof address === 'object' && address ? address.port : 0;
  return { broker, port: bound, url: `mqtt://127.0.0.1:${bound}` };
}
/** The events heard by the account's listener, over reconnects. */
async function listen(
  url: string,
  accountId: string,
): Promise<{ topic: string; n: unknown; seq: unknown }[]> {
  const heard: { topic: string; n: unknown; seq: unknown }[] = [];
  const client: MqttClient = mqtt.connect(url, {
    clientId: `${accountId}/app`,
    username: accountId,
    password: accountId,
    reconnectPeriod: 100,
  });
  ends.push(() => client.endAsync(true));
  client.on('error', () => undefined);
  client.on('message', (topic, payload) => {
    const envelope = JSON.parse(payload.toString()) as { data: { n: number }; subject_seq: number };
    heard.push({ topic, n: envelope.data.n, seq: envelope.subject_seq });
  });
  let isListening = false;
  client.on('connect', () =>
    client.subscribe(
      `events/${accountId}/#`,
      { qos: 1 },
      (error) => (isListening = error === null),
    ),
  );
  await eventually(() => expect(isListening).toBe(true));
  return heard;
}
/** As the publisher sees the broker: an event of nobody is published to nobody. */
async function isBrokerAway(): Promise<boolean> {
  const ofNobody = { accountId: null, counterpartAccountId: null } as StoredEvent;
  const outcome = await mirrors?.sinks.mqtt?.deliver(
    ofNobody,
    {} as Consumer,
    {} as Parameters<Sink['deliver']>[2],
  );
  return outcome?.kind === 'deferred';
}
const emit = (accountId: string, subjectId: string, n: number, counterpartAccountId = accountId) =>
  test.database.transaction({ accountId, counterpartAccountId }, (scope) =>
    emitEvents(scope, [moved.of({ accountId, subjectId, payload: { n }, counterpartAccountId })]),
  );

describe('events by MQTT', () => {
  it('come to both accounts that may see them, in order', async () => {
    const { broker, url } = await startGateway();
    ends.push(() => broker.close());
    const [buyer, seller, subject] = [newId(), newId(), newId()];
    const [bought, sold] = [await listen(url, buyer), await listen(url, seller)];
    await startMirroring({ EVENTS_MQTT_URL: url });
    for (const n of [1, 2, 3]) await emit(buyer, subject, n, seller);
    const expected = (accountId: string) =>
      [1, 2, 3].map((n) => ({ topic: `events/${accountId}/test.moved`, n, seq: n }));
    await eventually(() => expect(bought).toEqual(expected(buyer)));
    await eventually(() => expect(sold).toEqual(expected(seller)));
  });

  it('wait while the broker is away, and use up no tries', async () => {
    const first = await startGateway();
    const [account, subject] = [newId(), newId()];
    await startMirroring({ EVENTS_MQTT_URL: first.url });
    await eventually(async () => expect(await isBrokerAway()).toBe(false));
    await first.broker.close();
    await eventually(async () => expect(await isBrokerAway()).toBe(true));
    for (const n of [1, 2]) await emit(account, subject, n);
    await eventually(async () => {
      const { rows } = await test.admin.query(
        `select count(*)::int as waiting from platform.deliveries d join platform.events e using (event_id)
         where e.subject_id = $1 and d.state = 'PENDING'`,
        [subject],
      );
      expect(rows).toEqual([{ waiting: 2 }]);
    });
    const again = await startGateway(first.port);
    ends.push(() => again.broker.close());
    const heard = await listen(again.url, account);
    await emit(account, subject, 3);
    await eventually(() => expect(heard.map(({ n }) => n).slice(-1)).toEqual([3]));
    // A try is written down after the broker's acknowledgement, and so after the listener heard the
    // event.
    await eventually(async () => {
      const { rows } = await test.admin.query(
        `select d.state, d.attempts::int from platform.deliveries d join platform.events e using (event_id)
         where e.subject_id = $1 order by d.subject_seq`,
        [subject],
      );
      expect(rows).toEqual([1, 2, 3].map(() => ({ state: 'SENT', attempts: 1 })));
    });
  });
});

describe('the mirror in Firestore', () => {
  it('follows the events, and waits while Firestore is away', async () => {
    const [account, subject] = [newId(), newId()];
    await startMirroring({
      FIRESTORE_PROJECT_ID: firestoreProject,
      FIREBASE_SERVICE_ACCOUNT: firestore.serviceAccount,
    });
    firestore.failNext(3);
    for (const n of [1, 2, 3]) await emit(account, subject, n);
    await eventually(() =>
      expect(firestore.documents()[`accounts/${account}/test/${subject}`]).toMatchObject({
        subject_seq: 3,
        state: { n: 3 },
      }),
    );
  });
});
