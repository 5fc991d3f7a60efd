/** Tells of: access-refusal.store. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { noteDatabaseTime } from '../../../db/connection/database-clock.js';
import { newId } from '../../../db/shared/id.js';
import {
  createDatabase,
  platformAccountId,
  type Database,
} from '../../../db/connection/database.js';
import {
  accessRefusalInbox,
  type AccessRefusal,
} from '../../../db/devices/access/access-refusal.inbox.js';
import { accessRefusalStore } from '../../../db/devices/access/access-refusal.store.js';
import { accessRefusalViews } from '../../../db/devices/access/access-refusal.views.js';
import { createLogger } from '../../../workers/observability/logger.js';
import { startRefusals } from '../../../workers/gateway/refusals.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';
import { aDevice, aReservoir } from '../../support/devices/device.js';
import { eventually } from '../../support/timing/eventually.js';
import { startTestBroker, type TestBroker } from '../../support/devices/gateway-broker.js';
import { connectPacket, publishPacket } from '../../support/devices/device-packets.js';
import { packet } from '../../support/devices/mqtt-packets.js';
import { openConnection } from '../../support/http/raw-connection.js';

let test: TestDatabase;
let gateway: TestBroker;
/** As the role of the gateway. */
let database: Database;
const logger = createLogger({ level: 'silent', process: 'test' });
const platform = { accountId: platformAccountId };

beforeAll(async () => {
  test = await createTestDatabase();
  gateway = await startTestBroker(test);
  database = createDatabase({ url: test.urls.gateway, poolMax: 1 });
});
afterAll(async () => {
  await gateway.stop();
  await database.close();
  await test.drop();
});

const report = (accountId: string) =>
  test.database.transaction({ accountId }, (scope) => accessRefusalStore(scope).report());
/** As the gateway reports refusals, and then the relay. */
async function reported(refusals: { stop(): Promise<void> }): Promise<void> {
  await refusals.stop();
  const accounts = await accessRefusalViews(test.database.reads(platform)).accounts();
  for (const accountId of accounts) await report(accountId);
}
const entriesOf = async (accountId: string) =>
  (
    await test.admin.query(
      'select action, subject_type, subject_id, ip, route from platform.audit_log where account_id = $1 order by seq',
      [accountId],
    )
  ).rows;

async function anAccount(accountId: string): Promise<void> {
  await test.admin.query(
    "insert into identity.principals (principal_id, kind) values ($1, 'ORGANIZATION')",
    [accountId],
  );
  await test.admin.query(
    "insert into identity.accounts (account_id, kind, name, plan_id) values ($1, 'ORGANIZATION', 'A', 'pro')",
    [accountId],
  );
}

describe('what the gateway refuses', () => {
  it('is counted in the name of whoever tried it', async () => {
    const device = await aDevice(test);
    const { deviceId } = device;
    const accountId = newId();
    const attempt = async (...packets: Buffer[]) => {
      const client = await openConnection(gateway.port);
      for (const each of packets) client.send(each);
      await client.closed();
    };
    await attempt(connectPacket({ deviceId, password: 'wrong' }));
    await attempt(connectPacket(device, 'AAAAAAAAAAAA'));
    await attempt(connectPacket(device, 'something else'));
    await attempt(connectPacket({ deviceId: accountId, password: 'no token' }, `${accountId}/app`));
    await attempt(connectPacket({ deviceId: 'UNKNOWN999', password: 'x' }));
    await attempt(connectPacket(device), publishPacket('devices/AAAAAAAAAAAA/telemetry', 1, '{}'));
    await attempt(connectPacket(device), publishPacket(`devices/${deviceId}/other`, 1, '{}'));
    const filter = Buffer.from('devices/#');
    const subscribe = Buffer.concat([
      Buffer.from([0, 1, 0, filter.length]),
      filter,
      Buffer.from([1]),
    ]);
    const client = await openConnection(gateway.port);
    client.send(Buffer.concat([connectPacket(device), packet(0x82, subscribe)]));
    await eventually(() =>
      expect(gateway.refusals).toContain(`device ${deviceId} FOREIGN_SUBSCRIPTION`),
    );
    client.end();
    expect(gateway.refusals.sort()).toEqual(
      [
        `device ${deviceId} BAD_CREDENTIALS`,
        'device AAAAAAAAAAAA FOREIGN_CLIENT_ID',
        `device ${deviceId} FOREIGN_CLIENT_ID`,
        `listener ${accountId} BAD_CREDENTIALS`,
        `device ${deviceId} FOREIGN_TOPIC`,
        `device ${deviceId} UNKNOWN_TOPIC`,
        `device ${deviceId} FOREIGN_SUBSCRIPTION`,
      ].sort(),
    );
  });

  it('becomes one event and one audit entry a name, reason and minute', async () => {
    const device = await aDevice(test);
    await anAccount(device.accountId);
    const unattached = await aDevice(test, { isAttached: false });
    const refusals = startRefusals({
      inbox: accessRefusalInbox(database.statements(platform)),
      logger,
    });
    const from = { address: '192.0.2.7', isStranger: false };
    for (let n = 0; n < 6; n += 1)
      refusals.count({ kind: 'device', deviceId: device.deviceId }, 'FOREIGN_TOPIC', from);
    refusals.count({ kind: 'device', deviceId: device.deviceId }, 'RETAINED', from);
    refusals.count({ kind: 'device', deviceId: unattached.deviceId }, 'FOREIGN_TOPIC', from);
    // Nobody's account: no chain is begun for such an id.
    refusals.count({ kind: 'listener', accountId: newId() }, 'BAD_CREDENTIALS', {
      ...from,
      isStranger: true,
    });
    const { rows: before } = await test.admin.query(
      'select count(*)::int as n from platform.audit_heads',
    );
    await reported(refusals);
    const entry = {
      action: 'mqtt.refuse',
      subject_type: 'device',
      subject_id: device.deviceId,
      ip: '192.0.2.7',
    };
    expect(await entriesOf(device.accountId)).toEqual([
      { ...entry, route: 'MQTT FOREIGN_TOPIC 6' },
      { ...entry, route: 'MQTT RETAINED 1' },
    ]);
    const { rows: after } = await test.admin.query(
      'select count(*)::int as n from platform.audit_heads',
    );
    expect(after[0].n).toBe(before[0].n + 1);
    const { rows: events } = await test.admin.query(
      "select payload ->> 'count' as count from platform.events where event_type = 'DEVICE_ACCESS_REFUSED' and account_id = $1 order by 1",
      [device.accountId],
    );
    expect(events).toEqual([{ count: '1' }, { count: '6' }]);
  });

  const hourMs = 3_600_000;
  it.each([0, -2, 2])(
    'is told to whoever had the device when it happened, by a gateway whose clock is %s hours off',
    async (hours) => {
      const device = await aDevice(test);
      const { deviceId, accountId } = device;
      const next = newId();
      const { reservoirId } = await aReservoir(test, next);
      const since = 'now() - make_interval(mins => $2)';
      await test.admin.query(
        `update devices.device_attachments set attached_at = ${since}, detached_at = now() - interval '2 hours' where device_id = $1`,
        [deviceId, 180],
      );
      await test.admin.query(
        `insert into devices.device_attachments (account_id, attachment_id, device_id, kind, thing_id, attached_at)
         values ($3, $4, $1, 'reservoir', $5, ${since})`,
        [deviceId, 60, next, newId(), reservoirId],
      );
      const from = { address: '192.0.2.7', isStranger: false };
      let now = 0;
      noteDatabaseTime(Date.now() + hours * hourMs, performance.now());
      const refusals = startRefusals({
        inbox: accessRefusalInbox(database.statements(platform)),
        logger,
        nowMs: () => now,
      });
      const reasons = ['FOREIGN_TOPIC', 'UNKNOWN_TOPIC', 'RETAINED'];
      // Two and a half hours ago, one and a half, and half an hour ago.
      for (const [index, reason] of reasons.entries()) {
        now = index * hourMs;
        refusals.count({ kind: 'device', deviceId }, reason, from);
      }
      now = 2.5 * hourMs;
      await refusals.stop();
      noteDatabaseTime(Date.now(), performance.now());
      await reported(refusals);
      const routesOf = async (id: string) => (await entriesOf(id)).map(({ route }) => route);
      expect(await routesOf(accountId)).toEqual(['MQTT FOREIGN_TOPIC 1']);
      expect(await routesOf(next)).toEqual(['MQTT RETAINED 1']);
    },
  );

  it('is an entry of the log alone where a listener was refused', async () => {
    const accountId = newId();
    await anAccount(accountId);
    const refusals = startRefusals({
      inbox: accessRefusalInbox(database.statements(platform)),
      logger,
    });
    refusals.count({ kind: 'listener', accountId }, 'FOREIGN_SUBSCRIPTION', {
      address: '192.0.2.7',
      isStranger: false,
    });
    await reported(refusals);
    expect(await entriesOf(accountId)).toMatchObject([
      { subject_type: 'account', subject_id: accountId, route: 'MQTT FOREIGN_SUBSCRIPTION 1' },
    ]);
    const { rows } = await test.admin.query(
      "select 1 from platform.events where event_type = 'DEVICE_ACCESS_REFUSED' and subject_id = $1",
      [accountId],
    );
    expect(rows).toEqual([]);
  });

  it('is told once, however often it is taken in and reported', async () => {
    const { deviceId, accountId } = await aDevice(test);
    const taken: AccessRefusal[] = [];
    const refusals = startRefusals({
      inbox: { take: async (all) => void taken.push(...all) },
      logger,
    });
    refusals.count({ kind: 'device', deviceId }, 'RETAINED', {
      address: undefined,
      isStranger: false,
    });
    await refusals.stop();
    const inbox = accessRefusalInbox(database.statements(platform));
    await Promise.all([inbox.take(taken), inbox.take(taken)]);
    await Promise.all([report(accountId), report(accountId)]);
    expect(await entriesOf(accountId)).toHaveLength(1);
  });

  it('fills no audit log by made-up names, and pushes out nobody who is signed in', async () => {
    const recorded: AccessRefusal[] = [];
    const refusals = startRefusals({
      inbox: { take: async (all) => void recorded.push(...all) },
      logger,
    });
    const stranger = { address: '192.0.2.7', isStranger: true };
    for (let n = 0; n < 10_000; n += 1)
      refusals.count({ kind: 'listener', accountId: `account ${n}` }, 'BAD_CREDENTIALS', stranger);
    refusals.count({ kind: 'device', deviceId: 'B43A4536C83C' }, 'FOREIGN_TOPIC', {
      ...stranger,
      isStranger: false,
    });
    await refusals.stop();
    expect(recorded).toHaveLength(201);
    expect(recorded.filter(({ kind }) => kind === 'device')).toHaveLength(1);
  });
});
