import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import type pg from 'pg';
import {
  createDatabase,
  createRolePool,
  platformAccountId,
  roleScope,
} from '../../../db/connection/database.js';
import { telemetryInbox, type TelemetryInbox } from '../../../db/devices/telemetry.inbox.js';
import { telemetryDropStore } from '../../../db/devices/telemetry-drop.store.js';
import { createDeviceBudgets } from '../../../workers/gateway/device-budgets.js';
import { parseTelemetry } from '../../../workflows/devices/telemetry.rules.js';
import { transacted } from '../../support/servers/transacted.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';
import { aDevice, telemetry, type TestDevice } from '../../support/devices/device.js';
import { eventually } from '../../support/timing/eventually.js';
import { startTestBroker } from '../../support/devices/gateway-broker.js';
import { connectPacket, publishPacket } from '../../support/devices/device-packets.js';
import { openConnection } from '../../support/http/raw-connection.js';

const root = new URL('../../../', import.meta.url);
let test: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  test = await createTestDatabase();
  pool = createRolePool(test.urls.ingest);
});
afterAll(async () => {
  await pool.end();
  await test.drop();
});

async function countOf({
  deviceId,
}: TestDevice): Promise<{ stored: number; told: Record<string, number> }> {
  const { rows } = await test.admin.query(
    'select count(*)::int as n from devices.device_telemetry_messages where device_id = $1',
    [deviceId],
  );
  const drops = await test.admin.query(
    'select reason, sum(count)::int as n from devices.telemetry_drops where device_id = $1 group by 1',
    [deviceId],
  );
  return {
    stored: rows[0].n,
    told: Object.fromEntries(drops.rows.map(({ reason, n }) => [reason, n])),
  };
}

describe('a device that floods', () => {
  it('is acknowledged, stored as far as its budget goes and told the rest, while its neighbour is stored whole', async () => {
    const [flooding, neighbour] = [await aDevice(test), await aDevice(test)];
    const gateway = await startTestBroker(test, {
      budget: createDeviceBudgets({ messagesPerDay: 100, bytesPerDay: 1e9 }),
    });
    const send = async (device: TestDevice, count: number) => {
      const client = await openConnection(gateway.port);
      client.send(connectPacket(device));
      await eventually(() => expect(client.received().length).toBe(4));
      for (let seq = 1; seq <= count; seq += 1)
        client.send(publishPacket(`devices/${device.deviceId}/telemetry`, seq, telemetry(seq)));
      // Every message has a PUBACK.
      await eventually(() => expect(client.received().length).toBe(4 + 4 * count));
      client.end();
    };
    await Promise.all([send(flooding, 1_000), send(neighbour, 90)]);
    await gateway.stop();
    expect(await countOf(flooding)).toEqual({ stored: 100, told: { BUDGET_EXCEEDED: 900 } });
    expect(await countOf(neighbour)).toEqual({ stored: 90, told: {} });

    const ingest = createDatabase({ url: test.urls.ingest, contextKey: test.contextKey });
    expect(
      await transacted(ingest, { accountId: platformAccountId }, telemetryDropStore).report(10),
    ).toHaveLength(1);
    await ingest.close();
    const { rows } = await test.admin.query(
      "select account_id, payload from platform.events where event_type = 'DEVICE_TELEMETRY_REFUSED'",
    );
    expect(rows).toEqual([
      {
        account_id: flooding.accountId,
        payload: expect.objectContaining({
          device_id: flooding.deviceId,
          reason: 'BUDGET_EXCEEDED',
          count: 900,
        }),
      },
    ]);
  });

  it('has a budget of bytes as well', async () => {
    const device = await aDevice(test);
    const inbox = telemetryInbox(
      roleScope(pool),
      createDeviceBudgets({ messagesPerDay: 1e6, bytesPerDay: 10_000 }),
    );
    await accept(inbox, device, [1, 2, 3, 4], 'x'.repeat(3_000));
    expect(await countOf(device)).toEqual({ stored: 3, told: { BUDGET_EXCEEDED: 1 } });
  });
});

const accept = (inbox: TelemetryInbox, device: TestDevice, seqs: number[], note = '') => {
  const parsed = seqs.map((seq) => parseTelemetry(device.deviceId, telemetry(seq, 500, { note })));
  return inbox.accept(
    parsed.flatMap((each) => ('message' in each ? [each.message] : [])),
    parsed.flatMap((each) => ('dropped' in each ? [each.dropped] : [])),
  );
};

describe('a budget', () => {
  it('comes back in the course of a day, and holds no more than a day’s', () => {
    let now = 0;
    const budget = createDeviceBudgets({ messagesPerDay: 24, bytesPerDay: 1e9 }, () => now);
    const taken = (): number => {
      let count = 0;
      while (budget.take('D', 1)) count += 1;
      return count;
    };
    expect(taken()).toBe(24);
    now += 2 * 3_600_000;
    expect(taken()).toBe(2);
    now += 10 * 24 * 3_600_000;
    expect(taken()).toBe(24);
    budget.giveBack('D', 1);
    expect(taken()).toBe(1);
  });

  it('is not used up by what the database did not take', async () => {
    const device = await aDevice(test);
    const budget = createDeviceBudgets({ messagesPerDay: 5, bytesPerDay: 1e9 });
    const away = createRolePool(test.urls.ingest);
    await away.end();
    for (let n = 0; n < 3; n += 1)
      await expect(
        accept(telemetryInbox(roleScope(away), budget), device, [1, 2, 3]),
      ).rejects.toThrow();
    await accept(telemetryInbox(roleScope(pool), budget), device, [1, 2, 3]);
    expect(await countOf(device)).toEqual({ stored: 3, told: {} });
  });
});

describe('every road of telemetry', () => {
  it('has the budgets: no process opens an inbox but by the one function that gives them', async () => {
    const files = (
      await Promise.all(['workers', 'api'].map(async (folder) => sourcesIn(folder)))
    ).flat();
    const opening = files.filter(({ text }) => text.includes('telemetryInbox('));
    expect(opening.map(({ name }) => name)).toEqual(['workers/gateway/telemetry-inbox.ts']);
    const giving = files.filter(({ text }) => text.includes('openTelemetryInbox('));
    expect(giving.map(({ name }) => name).sort()).toEqual([
      'workers/devices/devices.routes.ts',
      'workers/gateway/intake.ts',
    ]);
    // And only the function that first looks at the size reads a message.
    const reading = files
      .filter(({ text }) => text.includes('parseTelemetry('))
      .map(({ name }) => name);
    expect(reading.sort()).toEqual([
      'api/devices/telemetry-bridge.routes.ts',
      'workers/forwarder/broker-reader.ts',
      'workers/gateway/broker.ts',
    ]);
  });

  it('drops a message that is too large, and one of a disabled unit, whatever brought it', async () => {
    const device = await aDevice(test);
    const inbox = telemetryInbox(roleScope(pool));
    await accept(inbox, device, [1], 'x'.repeat(64 * 1024));
    await accept(inbox, device, [2]);
    await test.admin.query(
      "update devices.device_units set provisioning_status = 'DISABLED' where device_id = $1",
      [device.deviceId],
    );
    await accept(inbox, device, [3]);
    expect(await countOf(device)).toEqual({
      stored: 1,
      told: { PAYLOAD_TOO_LARGE: 1, UNIT_DISABLED: 1 },
    });
  });
});

async function sourcesIn(folder: string): Promise<{ name: string; text: string }[]> {
  const names = (await readdir(new URL(`${folder}/`, root), { recursive: true })).filter((name) =>
    name.endsWith('.ts'),
  );
  return Promise.all(
    names.map(async (name) => ({
      name: `${folder}/${name}`,
      text: await readFile(new URL(`${folder}/${name}`, root), 'utf8'),
    })),
  );
}
