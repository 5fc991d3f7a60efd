import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import type pg from 'pg';
import { createRolePool, roleScope } from '../../db/connection/database.js';
import { signalProcess } from '../../processes/identity.js';
import { createClient } from '../support/http/api-client.js';
import {
  attachNewDevice,
  becomeAdmin,
  makeReservoir,
  makeSite,
  signIn,
  signUp,
  type Actor,
} from '../support/people/actors.js';
import { eventually } from '../support/timing/eventually.js';
import { makeShop } from '../support/holdings/water.holding.js';
import { findBreaches } from '../../workers/invariants/check.js';
import { noHoldLimits } from '../support/http/holds.js';
import { noRateLimits } from '../support/http/rates.js';
import { startMillrace, survivors, type StartedMillrace } from '../support/processes/start.js';
import { createFleet, type Fleet } from './fleet.js';
import { seededRandom } from './random.js';
import { createShoppers, type Shoppers } from './shoppers.js';

const cycles = Number(process.env['FAULT_CYCLES'] ?? 1);
const seed = Number(process.env['FAULT_SEED'] ?? randomInt(2 ** 31));
/** A busy machine takes several times as long for a start as an idle machine. */
const patience = 300_000 + cycles * 180_000;
const deviceCount = 5;
const shopperCount = 6;
const goingWithinMs = 60_000;
const settledWithinMs = 60_000;
const bootstrapSecret = 'a secret of the tests';

interface Running {
  millrace: StartedMillrace;
  api: string;
  mqtt: string;
}

let dir = '';
let admin: pg.Pool;
let temporal: Client;
let fleet: Fleet;
let shoppers: Shoppers;
const started: StartedMillrace[] = [];

const random = seededRandom(seed);

async function start(): Promise<Running> {
  const variables = {
    DATA_DIR: join(dir, 'data'),
    SEED_DEMO: 'false',
    BOOTSTRAP_SECRET: bootstrapSecret,
  };
  const millrace = startMillrace({
    ...variables,
    ...noRateLimits,
    ...noHoldLimits,
    LOG_LEVEL: 'warn',
  });
  started.push(millrace);
  const { api } = await millrace.ready();
  return { millrace, api, mqtt: said(millrace, /(mqtt:\S+)/) };
}

const said = (millrace: StartedMillrace, pattern: RegExp): string => {
  const [, value] = pattern.exec(millrace.output()) ?? [];
  if (value === undefined) throw new Error(`npm start does not say ${String(pattern)}`);
  return value;
};

/**
 * The server that hangs for a moment before everything falls. Without a hang, the time between two
 * commits is hardly ever hit: while PostgreSQL hangs nothing may be acknowledged, and while
 * Temporal hangs, rows are ahead of workflows.
 */
const hanging = ['postgres', 'temporal', 'none'] as const;
const hangMs = 250;
const goneWithinMs = 30_000;

/** The parent first, so that the parent cannot start anything again. */
async function killAll(millrace: StartedMillrace, hangs: (typeof hanging)[number]): Promise<void> {
  const tree = millrace.processes();
  expect(tree.length).toBeGreaterThan(6);
  const hung = tree.filter(({ pid }) => commandOf(pid) === hangs);
  expect(hung.length > 0).toBe(hangs !== 'none');
  for (const each of hung) signalProcess(each, 'SIGSTOP');
  if (hung.length > 0) await sleep(hangMs);
  for (const each of tree) signalProcess(each, 'SIGKILL');
  expect(await survivors(tree, goneWithinMs)).toEqual([]);
}

function commandOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return undefined; // gone while we looked
  }
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'millrace-kill-'));
});
afterAll(async () => {
  for (const each of started.flatMap((millrace) => millrace.processes()))
    signalProcess(each, 'SIGKILL');
  await Promise.all([admin?.end(), temporal?.connection.close()]);
  await rm(dir, { recursive: true, force: true });
}, patience);

describe(`kill -9 of everything, ${cycles} times (FAULT_SEED=${seed})`, () => {
  const firstHang = Math.floor(random() * hanging.length);

  it(
    'comes while devices publish and orders are made, and the system comes back by itself',
    async () => {
      let running = await start();
      const people = await settle(running);
      for (let cycle = 0; cycle < cycles; cycle += 1) {
        const parties = cycle === 0 ? people : await backAgain(running, people);
        const busy = Promise.all([
          fleet.publish(running.mqtt, () => false),
          shoppers.shop(running.api, parties),
        ]);
        await eventually(() => expectPromises(cycle + 1), goingWithinMs);
        await sleep(random() * 3_000);
        await killAll(running.millrace, hanging[(firstHang + cycle) % hanging.length] ?? 'none');
        await busy;
        running = await start();
      }
      const parties = await backAgain(running, people);
      await Promise.all([fleet.finish(running.mqtt), shoppers.finish(running.api, parties)]);

      const password = (await readFile(join(dir, 'data', 'postgres.password'), 'utf8')).trim();
      const port = said(running.millrace, /PostgreSQL on port (\d+)/);
      admin = createRolePool(`postgresql://postgres:${password}@127.0.0.1:${port}/millrace`);
      const address = `127.0.0.1:${said(running.millrace, /Temporal on port (\d+)/)}`;
      temporal = new Client({ connection: await Connection.connect({ address }) });
    },
    patience,
  );

  it(
    'lost no message that was acknowledged and doubled none, and the reading of each follows',
    async () => {
      expectPromises(cycles);
      for (const [deviceId, acknowledged] of fleet.acknowledged) {
        const { rows: kept } = await admin.query<{ seq: number }>(
          'select seq from devices.device_telemetry_messages where device_id = $1 order by accepted_no',
          [deviceId],
        );
        const seqs = kept.map(({ seq }) => seq);
        expect(seqs.toSorted((a, b) => a - b)).toEqual(
          [...new Set(acknowledged)].toSorted((a, b) => a - b),
        );
        await eventually(async () => {
          const { rows: read } = await admin.query<{ seq: number }>(
            'select device_seq as seq from water.reservoir_readings where device_id = $1 order by device_seq',
            [deviceId],
          );
          expect(read.map(({ seq }) => seq)).toEqual(seqs.toSorted((a, b) => a - b));
        }, settledWithinMs);
      }
    },
    patience,
  );

  it('lost no order and no step that was answered, and nobody was told otherwise', async () => {
    expect(shoppers.oddAnswers).toEqual([]);
    for (const [orderId, promised] of shoppers.promised) {
      const { rows } = await admin.query<{ event_type: string }>(
        `select event_type from platform.events where subject_type = 'order' and subject_id = $1 order by subject_seq`,
        [orderId],
      );
      expect([orderId, rows.map(({ event_type: type }) => type)]).toEqual([orderId, promised]);
    }
  });

  it(
    'left rows, events and workflows that agree with each other',
    async () => {
      await eventually(
        async () => expect(await findBreaches({ admin: roleScope(admin), temporal })).toEqual([]),
        settledWithinMs,
      );
    },
    patience,
  );
});

/** Where nothing was promised, nothing can be lost. */
function expectPromises(orders: number): void {
  expect(shoppers.promised.size).toBeGreaterThan(orders);
  for (const acknowledged of fleet.acknowledged.values())
    expect(acknowledged.size).toBeGreaterThan(20);
}

type Parties = Record<'buyer' | 'seller', Actor>;

/** People, reporting devices and water for sale. */
async function settle({ api: url }: Running): Promise<Parties> {
  const api = createClient(url);
  const boss = await becomeAdmin(api, bootstrapSecret);
  const [buyer, seller] = [await signUp(api, 'buyer'), await signUp(api, 'seller')];
  shoppers = createShoppers(shopperCount, await makeShop(seller));
  const siteId = await makeSite(buyer);
  const tanks = Array.from({ length: deviceCount }, async () =>
    attachNewDevice(boss, buyer, await makeReservoir(buyer, siteId)),
  );
  fleet = createFleet(await Promise.all(tanks));
  return { buyer, seller };
}

/** The tokens are of the address before. */
async function backAgain({ api: url }: Running, { buyer, seller }: Parties): Promise<Parties> {
  const api = createClient(url);
  return { buyer: await signIn(api, buyer.email), seller: await signIn(api, seller.email) };
}
