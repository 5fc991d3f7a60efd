import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import type pg from 'pg';
import { createRolePool, roleScope } from '../../db/connection/database.js';
import { identify, isRunning, signalProcess } from '../../processes/identity.js';
import { createClient } from '../support/http/api-client.js';
import { findBreaches } from '../../workers/invariants/check.js';
import { orderWorkflowId } from '../../workflows/water/order.contract.js';
import {
  attachNewDevice,
  becomeAdmin,
  makeReservoir,
  makeSite,
  placeOrder,
  signUp,
  type Actor,
} from '../support/people/actors.js';
import { eventually } from '../support/timing/eventually.js';
import { makeShop } from '../support/holdings/water.holding.js';
import { noHoldLimits } from '../support/http/holds.js';
import { noRateLimits } from '../support/http/rates.js';
import { startMillrace, type StartedMillrace } from '../support/processes/start.js';

const orderCount = Number(process.env['LOST_ORDERS'] ?? 20);
const deviceCount = Number(process.env['LOST_DEVICES'] ?? 10);
const atATime = 10;
/** A busy machine takes several times as long for a start as an idle machine. */
const patience = 300_000 + (orderCount + deviceCount) * 300;
const backWithinMs = 60_000 + orderCount * 100;
const bootstrapSecret = 'a secret of the tests';

describe(`Temporal lost whole, with ${orderCount} orders and ${deviceCount} devices (LOST_ORDERS, LOST_DEVICES)`, () => {
  let dir = '';
  let millrace: StartedMillrace;
  let admin: pg.Pool;
  let temporal: Client;
  let seller: Actor;
  const orders: string[] = [];

  const said = (pattern: RegExp): string => pattern.exec(millrace.output())?.[1] ?? '';

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'millrace-lost-'));
    const variables = {
      DATA_DIR: join(dir, 'data'),
      SEED_DEMO: 'false',
      BOOTSTRAP_SECRET: bootstrapSecret,
    };
    millrace = startMillrace({ ...variables, ...noRateLimits, ...noHoldLimits, LOG_LEVEL: 'warn' });
    const api = createClient((await millrace.ready()).api);
    const password = (await readFile(join(dir, 'data', 'postgres.password'), 'utf8')).trim();
    const port = said(/PostgreSQL on port (\d+)/);
    admin = createRolePool(`postgresql://postgres:${password}@127.0.0.1:${port}/millrace`);
    temporal = new Client({
      connection: await Connection.connect({
        address: `127.0.0.1:${said(/Temporal on port (\d+)/)}`,
      }),
    });

    const boss = await becomeAdmin(api, bootstrapSecret);
    const buyer = await signUp(api, 'buyer');
    seller = await signUp(api, 'seller');
    const [shop, siteId] = [await makeShop(seller), await makeSite(buyer)];
    await each(orderCount, async () => void orders.push(await placeOrder(buyer, shop, 1)));
    await each(
      deviceCount,
      async () => void (await attachNewDevice(boss, buyer, await makeReservoir(buyer, siteId))),
    );
  }, patience);
  afterAll(async () => {
    for (const each of millrace?.processes() ?? []) signalProcess(each, 'SIGKILL');
    await Promise.all([admin?.end(), temporal?.connection.close(), millrace?.ended()]);
    await rm(dir, { recursive: true, force: true });
  }, patience);

  it(
    'is noticed and mended by itself: each row that is under way has its workflow again, which says what it waits for',
    async () => {
      const data = join(dir, 'data', 'temporal');
      const { pid } = JSON.parse(await readFile(join(data, 'process.json'), 'utf8')) as {
        pid: number;
      };
      const server = identify(pid);
      if (!server || !signalProcess(server, 'SIGKILL')) throw new Error('Temporal does not run');
      while (isRunning(server)) await sleep(5);
      // Before the next start, half a second later.
      for (const file of ['temporal.db', 'temporal.db-wal', 'temporal.db-shm'])
        await rm(join(data, file), { force: true });
      const lostAt = performance.now();

      const openOrders = () =>
        temporal.workflow.count("WorkflowType = 'orderWorkflow' and ExecutionStatus = 'Running'");
      await eventually(
        async () => expect((await openOrders()).count).toBe(orderCount),
        backWithinMs,
      );
      await eventually(
        async () => expect(await findBreaches({ admin: roleScope(admin), temporal })).toEqual([]),
        backWithinMs,
      );
      process.stderr.write(
        `  all back ${((performance.now() - lostAt) / 1_000).toFixed(1)} s after the loss\n`,
      );

      // Every line of the app is in the app's own log, also the plentiful lines of Temporal's core.
      const lines = (await readFile(join(dir, 'data', 'logs', 'app.log'), 'utf8'))
        .trim()
        .split('\n');
      expect(lines.filter((line) => !/^\{.*\}$/.test(line))).toEqual([]);

      const path = `/v1/accounts/${seller.accountId}/orders/${orders[0]}/accept`;
      await seller.api.post(path);
      expect(
        (await temporal.workflow.getHandle(orderWorkflowId(orders[0] ?? '')).describe()).status
          .name,
      ).toBe('RUNNING');
    },
    patience,
  );
});

/** So many times, a few at a time. */
async function each(count: number, work: () => Promise<void>): Promise<void> {
  for (let done = 0; done < count; done += atATime)
    await Promise.all(Array.from({ length: Math.min(atATime, count - done) }, work));
}
