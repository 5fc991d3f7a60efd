import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createAuthenticator } from '../../../api/authentication/authenticator.js';
import { startStandingWatch, type StandingWatch } from '../../../api/shared/standing-watch.js';
import { callerViews } from '../../../db/identity/session/caller.views.js';
import { platformAccountId } from '../../../db/connection/database.js';
import { standingViews } from '../../../db/platform/standing.views.js';
import { newId } from '../../../db/shared/id.js';
import { hashDevicePassword } from '../../../db/devices/device-unit.records.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';
import { aDevice, telemetry, type TestDevice } from '../../support/devices/device.js';
import { eventually } from '../../support/timing/eventually.js';
import { startTestBroker, type TestBroker } from '../../support/devices/gateway-broker.js';
import { connectPacket, publishPacket } from '../../support/devices/device-packets.js';
import { openConnection, type RawConnection } from '../../support/http/raw-connection.js';

const connackBytes = 4;
const pubackBytes = 4;
let test: TestDatabase;
let gateway: TestBroker;
let watch: StandingWatch;
const clients: RawConnection[] = [];

/** A session of a member of one account; the token is the session's id. */
interface Member {
  accountId: string;
  principalId: string;
  sessionId: string;
}
const principalOf = new Map<string, string>();

beforeAll(async () => {
  test = await createTestDatabase();
  watch = startStandingWatch(
    standingViews(test.database.reads({ accountId: platformAccountId })),
    () => undefined,
  );
  const authenticator = createAuthenticator({
    tokens: {
      verify: async (token: string) => {
        const principalId = principalOf.get(token) ?? newId();
        return {
          sessionId: token,
          principalId,
          userId: principalId,
          epoch: 1,
          standingKey: token,
          issuedAtMs: Date.now(),
          expiresAtMs: Date.now() + 900_000,
        };
      },
    },
    callers: (principalId) => callerViews(test.database.reads({ principalId })),
    watch,
  });
  gateway = await startTestBroker(test, { authenticator });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.end();
});
afterAll(async () => {
  await gateway.stop();
  await watch.stop();
  await test.drop();
});

async function connected(introduction: Buffer): Promise<RawConnection> {
  const client = await openConnection(gateway.port);
  clients.push(client);
  client.send(introduction);
  await eventually(() => expect(client.received().length).toBe(connackBytes));
  return client;
}
const publish = (client: RawConnection, { deviceId }: TestDevice, seq: number): void =>
  client.send(publishPacket(`devices/${deviceId}/telemetry`, seq, telemetry(seq)));
async function storedSeqs({ deviceId }: TestDevice): Promise<number[]> {
  const { rows } = await test.admin.query(
    'select seq::int from devices.device_telemetry_messages where device_id = $1 order by seq',
    [deviceId],
  );
  return rows.map(({ seq }) => seq);
}

async function aMember(): Promise<Member> {
  const member = { accountId: newId(), principalId: newId(), sessionId: newId() };
  const { accountId, principalId, sessionId } = member;
  const { admin } = test;
  await admin.query(
    "insert into identity.principals (principal_id, kind) values ($1, 'USER'), ($2, 'ORGANIZATION')",
    [principalId, accountId],
  );
  await admin.query(
    `insert into identity.users (user_id, principal_id, email, password_hash, status) values ($1, $1, $2, 'x', 'ACTIVE')`,
    [principalId, `${principalId}@example.test`],
  );
  await admin.query(
    "insert into identity.accounts (account_id, kind, name, plan_id) values ($1, 'ORGANIZATION', 'A', 'pro')",
    [accountId],
  );
  await admin.query(
    `insert into identity.access_grants (account_id, principal_id, resource_type, resource_id, role)
     values ($1, $2, 'account', $1, 'VIEWER')`,
    [accountId, principalId],
  );
  await admin.query(
    `insert into identity.user_sessions (session_id, user_id, principal_id, expires_at)
     values ($1, $2, $2, now() + interval '1 day')`,
    [sessionId, principalId],
  );
  principalOf.set(sessionId, principalId);
  return member;
}
const listenerPacket = ({ accountId, sessionId }: Member): Buffer =>
  connectPacket({ deviceId: accountId, password: sessionId }, `${accountId}/app`);

/**
 * The time from a change to the end of a connection, in ms; of a connection older than a look and a
 * standing last.
 */
async function endsWithin(client: RawConnection, change: () => Promise<unknown>): Promise<number> {
  await sleep(1_200);
  await change();
  const startedAt = performance.now();
  await Promise.race([client.closed(), sleep(5_000)]);
  return performance.now() - startedAt;
}
/** A second, and the delay of a timer on a busy machine. */
const withinMs = 1_500;

describe('a device whose connection stands', () => {
  it.each([
    ['is disabled', "provisioning_status = 'DISABLED'"],
    [
      'gets another password',
      `mqtt_password_hash = '\\x${hashDevicePassword('another').toString('hex')}'`,
    ],
  ])('is shown out when it %s, and stores nothing more', async (_, change) => {
    const [device, neighbour] = [await aDevice(test), await aDevice(test)];
    const client = await connected(connectPacket(device));
    const next = await connected(connectPacket(neighbour));
    publish(client, device, 1);
    await eventually(() => expect(client.received().length).toBe(connackBytes + pubackBytes));
    const update = `update devices.device_units set ${change} where device_id = $1`;
    expect(
      await endsWithin(client, () => test.admin.query(update, [device.deviceId])),
    ).toBeLessThan(withinMs);
    publish(client, device, 2);
    publish(next, neighbour, 1);
    await eventually(() => expect(next.received().length).toBe(connackBytes + pubackBytes));
    expect(await storedSeqs(device)).toEqual([1]);
    expect(client.received().length).toBe(connackBytes + pubackBytes);
  });

  it('goes on when nothing of its standing has changed', async () => {
    const device = await aDevice(test);
    const client = await connected(connectPacket(device));
    await test.admin.query(
      "update devices.device_units set metadata = '{}', updated_at = now() where device_id = $1",
      [device.deviceId],
    );
    await test.admin.query(
      "update devices.device_units set provisioning_status = 'PROVISIONED' where device_id = $1",
      [device.deviceId],
    );
    await sleep(1_200);
    publish(client, device, 1);
    await eventually(async () => expect(await storedSeqs(device)).toEqual([1]));
  });

  it('has nothing stored from the moment it is detached, though it stays connected', async () => {
    const device = await aDevice(test);
    const client = await connected(connectPacket(device));
    publish(client, device, 1);
    await eventually(() => expect(client.received().length).toBe(connackBytes + pubackBytes));
    await test.admin.query(
      'update devices.device_attachments set detached_at = now() where device_id = $1',
      [device.deviceId],
    );
    publish(client, device, 2);
    await eventually(() => expect(client.received().length).toBe(connackBytes + 2 * pubackBytes));
    expect(await storedSeqs(device)).toEqual([1]);
    const { rows } = await test.admin.query(
      'select reason from devices.telemetry_drops where device_id = $1',
      [device.deviceId],
    );
    expect(rows).toEqual([{ reason: 'UNATTACHED' }]);
  });
});

describe('who listens on MQTT', () => {
  it.each<[string, (member: Member) => Promise<unknown>]>([
    [
      'role is lost',
      ({ principalId }) =>
        test.admin.query('delete from identity.access_grants where principal_id = $1', [
          principalId,
        ]),
    ],
    [
      'session is ended',
      ({ sessionId }) =>
        test.admin.query(
          'update identity.user_sessions set revoked_at = now() where session_id = $1',
          [sessionId],
        ),
    ],
    [
      'session runs out',
      ({ sessionId }) =>
        test.admin.query(
          'update identity.user_sessions set expires_at = now() where session_id = $1',
          [sessionId],
        ),
    ],
    [
      'sessions are all ended',
      ({ principalId }) =>
        test.admin.query('update identity.users set epoch = epoch + 1 where user_id = $1', [
          principalId,
        ]),
    ],
    [
      'user is disabled',
      ({ principalId }) =>
        test.admin.query("update identity.users set status = 'DISABLED' where user_id = $1", [
          principalId,
        ]),
    ],
  ])('is shown out when the %s, and nobody else is', async (_, change) => {
    const [member, other] = [await aMember(), await aMember()];
    const client = await connected(listenerPacket(member));
    const stays = await connected(listenerPacket(other));
    expect(await endsWithin(client, () => change(member))).toBeLessThan(withinMs);
    expect(stays.isClosed()).toBe(false);
  });
});

describe('the standing watch', () => {
  it('finds a change that was begun before it looked and committed after', async () => {
    const device = await aDevice(test);
    const heard: unknown[] = [];
    watch.onLook((changes) =>
      heard.push(...(changes === 'all' ? ['all'] : changes.map(({ subjectId }) => subjectId))),
    );
    const slow = await test.admin.connect();
    try {
      await slow.query('begin');
      await slow.query(
        "update devices.device_units set provisioning_status = 'DISABLED' where device_id = $1",
        [device.deviceId],
      );
      // Others are committed and looked at meanwhile.
      const other = await aDevice(test);
      await test.admin.query(
        "update devices.device_units set provisioning_status = 'PENDING' where device_id = $1",
        [other.deviceId],
      );
      await eventually(() => expect(heard).toContain(other.deviceId));
      await sleep(1_100);
      expect(heard.filter((id) => id === other.deviceId)).toHaveLength(1);
      await slow.query('commit');
      await eventually(() => expect(heard).toContain(device.deviceId));
    } finally {
      slow.release();
    }
  });

  it('hears of each table that a standing is made of', async () => {
    const { rows } = await test.admin.query(`
      select t.tgrelid::regclass::text as name from pg_trigger t
      where t.tgname = 'standing' and t.tgenabled = 'O' order by 1`);
    // The tables read by caller.views.ts and device-credential.views.ts.
    expect(rows.map(({ name }) => name)).toEqual([
      'devices.device_units',
      'identity.access_grants',
      'identity.accounts',
      'identity.api_keys',
      'identity.mfa_factors',
      'identity.platform_roles',
      'identity.signing_keys',
      'identity.user_sessions',
      'identity.users',
    ]);
  });
});
