/** Tells of: telemetry-aside.store, telemetry.store. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type pg from 'pg';
import {
  createDatabase,
  createRolePool,
  platformAccountId,
  roleScope,
  type Database,
} from '../../db/connection/database.js';
import { newId } from '../../db/shared/id.js';
import { breachesOf } from '../../db/shared/invariant.js';
import { deviceInvariants } from '../../db/devices/invariant.views.js';
import { waterInvariants } from '../../db/water/invariant.views.js';
import { telemetryAsideStore } from '../../db/devices/telemetry-aside.store.js';
import { telemetryInbox } from '../../db/devices/telemetry.inbox.js';
import { measuredKinds } from '../support/devices/measured-kinds.js';
import { telemetryStore } from '../../db/devices/telemetry.store.js';
import { parseTelemetry } from '../../workflows/devices/telemetry.rules.js';
import { transacted } from '../support/servers/transacted.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { aDevice, aReservoir, telemetry, type TestDevice } from '../support/devices/device.js';

let test: TestDatabase;
let pool: pg.Pool;
let ingest: Database;
beforeAll(async () => {
  test = await createTestDatabase();
  pool = createRolePool(test.urls.ingest);
  ingest = createDatabase({ url: test.urls.ingest, contextKey: test.contextKey, poolMax: 3 });
});
afterAll(async () => {
  await Promise.all([pool.end(), ingest.close()]);
  await test.drop();
});

const accept = ({ deviceId }: TestDevice, payloads: readonly string[]) => {
  const parsed = payloads.map((payload) => parseTelemetry(deviceId, payload));
  return telemetryInbox(roleScope(pool)).accept(
    parsed.flatMap((each) => ('message' in each ? [each.message] : [])),
    parsed.flatMap((each) => ('dropped' in each ? [each.dropped] : [])),
  );
};
async function settle({ deviceId }: TestDevice): Promise<void> {
  while (
    await transacted(ingest, { accountId: platformAccountId }, telemetryAsideStore).settle(deviceId)
  );
}
async function derive({ deviceId }: TestDevice): Promise<void> {
  while (
    (
      await transacted(ingest, { accountId: platformAccountId }, (scope) =>
        telemetryStore(scope, { measuredKinds }),
      ).derive(deviceId)
    ).hasMore
  );
}
/** As if the messages aside had come some time ago. */
const wait = ({ deviceId }: TestDevice, seconds: number) =>
  test.admin.query(
    'update devices.messages_aside set received_at = received_at - make_interval(secs => $2) where device_id = $1',
    [deviceId, seconds],
  );
const rows = async <Row extends pg.QueryResultRow>(
  text: string,
  { deviceId }: TestDevice,
): Promise<Row[]> => (await test.admin.query<Row>(text, [deviceId])).rows;
const stored = async (device: TestDevice) =>
  (
    await rows<{ epoch: number; seq: string; n: number }>(
      "select epoch, seq, (payload ->> 'n')::int as n from devices.device_telemetry_messages where device_id = $1 order by epoch, seq",
      device,
    )
  ).map(({ epoch, seq, n }) => ({ epoch, seq: Number(seq), n }));
const epochOf = async (device: TestDevice) =>
  (
    await rows<{ epoch: number; cause: string | null }>(
      'select epoch, epoch_cause as cause from devices.device_inboxes where device_id = $1',
      device,
    )
  )[0];
const drops = async (device: TestDevice) =>
  Object.fromEntries(
    (
      await rows<{ reason: string; count: number }>(
        'select reason, sum(count)::int as count from devices.telemetry_drops where device_id = $1 group by 1',
        device,
      )
    ).map(({ reason, count }) => [reason, count]),
  );
const events = async (type: string, device: TestDevice) =>
  (
    await test.admin.query<{ payload: Record<string, unknown> }>(
      'select payload from platform.events where subject_id = $1 and event_type = $2 order by position',
      [device.deviceId, type],
    )
  ).rows.map(({ payload }) => payload);
const levelOf = async ({ reservoirId }: TestDevice) =>
  (
    await test.admin.query<{ level_pct: number; level_state: string }>(
      'select level_pct, level_state from water.reservoir_levels where reservoir_id = $1',
      [reservoirId],
    )
  ).rows[0];

/** The n-th message of all, each of another distance; tanks are 1,000 mm high. */
const distanceOf = (n: number): number => 50 + n;
const said = (seq: number, n: number, more: object = {}): string =>
  telemetry(seq, distanceOf(n), { n, ...more });
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

async function assertInvariants(): Promise<void> {
  const breaches = await Promise.all(
    [...waterInvariants, ...deviceInvariants].map(async (each) => ({
      says: each.says,
      found: await breachesOf(roleScope(test.admin), each),
    })),
  );
  expect(breaches.filter(({ found }) => found.length > 0)).toEqual([]);
}

describe('a device that counts anew', () => {
  it('is heard of again, from a new epoch, when its counter starts at 0', async () => {
    const device = await aDevice(test);
    await accept(
      device,
      range(0, 49).map((seq) => said(seq, seq)),
    );
    await accept(
      device,
      range(0, 49).map((seq) => said(seq, 49 + seq)),
    );
    await settle(device);
    await derive(device);
    expect(await epochOf(device)).toEqual({ epoch: 1, cause: 'COUNTER' });
    expect(await stored(device)).toHaveLength(98);
    expect((await levelOf(device))?.level_pct).toBeCloseTo(100 - distanceOf(97) / 10);
    expect(await events('DEVICE_SEQUENCE_RESTARTED', device)).toEqual([
      { device_id: device.deviceId, epoch: 1, cause: 'COUNTER', last_seq: 48, first_seq: 0 },
    ]);
    // Of the epoch before, and of the present epoch.
    await accept(device, [said(40, 40), said(0, 49), said(48, 97)]);
    await settle(device);
    expect(await stored(device)).toHaveLength(98);
    expect(await drops(device)).toEqual({ DUPLICATE: 3 });
  });

  it('is found out by what it says of its start, at the first message', async () => {
    const device = await aDevice(test);
    await accept(
      device,
      range(0, 200).map((seq) => said(seq, seq, { system: { boot_id: 'a' } })),
    );
    await derive(device);
    await accept(device, [said(0, 200, { system: { boot_id: 'b' } })]);
    await settle(device);
    expect(await epochOf(device)).toEqual({ epoch: 1, cause: 'BOOT_ID' });
    await accept(device, [
      said(1, 201),
      said(0, 202, { system: { reset_reason: 'BROWNOUT', uptime_s: 3 } }),
    ]);
    await settle(device);
    expect(await epochOf(device)).toEqual({ epoch: 2, cause: 'RESET_REASON' });
  });

  it('takes nothing of the epoch before once more, under numbers that are free again', async () => {
    const device = await aDevice(test);
    await accept(
      device,
      range(0, 40).map((seq) => said(seq, seq)),
    );
    await accept(
      device,
      range(0, 5).map((seq) => said(seq, 40 + seq)),
    );
    await settle(device);
    await accept(device, [said(20, 20), said(39, 39), said(5, 45)]);
    await settle(device);
    expect((await stored(device)).map(({ n }) => n)).toEqual(range(0, 46));
    expect(await drops(device)).toEqual({ DUPLICATE: 2 });
  });

  const together = { 'in one batch': true, 'in batches of their own': false };
  it.each(Object.entries(together))(
    'takes what falls into a gap of the epoch before for one of the new epoch, %s, looked at or not',
    async (_, isOneBatch) => {
      for (const isLookedAt of [false, true]) {
        const device = await aDevice(test);
        // Every second number is lost.
        await accept(
          device,
          range(0, 40).map((n) => said(2 * n, n)),
        );
        await derive(device);
        const again = range(0, 5).map((seq) => said(seq, 40 + seq));
        for (const batch of isOneBatch ? [again] : again.map((each) => [each])) {
          await accept(device, batch);
          if (isLookedAt) await settle(device);
        }
        await settle(device);
        await derive(device);
        expect(await epochOf(device)).toEqual({ epoch: 1, cause: 'COUNTER' });
        const kept = await stored(device);
        expect(kept.filter(({ epoch }) => epoch === 1).map(({ n }) => n)).toEqual(range(40, 45));
        expect((await levelOf(device))?.level_pct).toBeCloseTo(100 - distanceOf(44) / 10);
        // And no message twice.
        await accept(device, [...again, said(2, 1)]);
        await settle(device);
        expect(await stored(device)).toHaveLength(45);
      }
    },
  );

  it('that says so is believed, although its next message fills a gap and what came before waits as well', async () => {
    const device = await aDevice(test);
    await accept(
      device,
      range(0, 200)
        .filter((seq) => seq !== 1 && seq !== 150)
        .map((seq) => said(seq, seq)),
    );
    const started = { system: { reset_reason: 'BROWNOUT', uptime_s: 3 } };
    await accept(device, [said(40, 40), said(150, 150), said(0, 200, started), said(1, 201)]);
    await settle(device);
    await derive(device);
    expect(await epochOf(device)).toEqual({ epoch: 1, cause: 'RESET_REASON' });
    expect((await stored(device)).slice(-2)).toEqual([
      { epoch: 1, seq: 0, n: 200 },
      { epoch: 1, seq: 1, n: 201 },
    ]);
    expect((await stored(device)).find(({ n }) => n === 150)).toEqual({
      epoch: 0,
      seq: 150,
      n: 150,
    });
    expect((await levelOf(device))?.level_pct).toBeCloseTo(100 - distanceOf(201) / 10);
  });

  it('is believed after ten messages where it had lost nearly all of these numbers', async () => {
    const device = await aDevice(test);
    await accept(device, [said(0, 0), ...range(50, 80).map((seq) => said(seq, seq - 49))]);
    for (const seq of range(0, 10)) await accept(device, [said(seq, 31 + seq)]);
    await settle(device);
    await derive(device);
    expect(await epochOf(device)).toEqual({ epoch: 1, cause: 'COUNTER' });
    expect((await levelOf(device))?.level_pct).toBeCloseTo(100 - distanceOf(40) / 10);
  });

  it('lets in what fills a gap behind a single message that stands aside, once the device goes on', async () => {
    const device = await aDevice(test);
    await accept(
      device,
      range(0, 60)
        .filter((seq) => seq !== 21)
        .map((seq) => said(seq, seq)),
    );
    await accept(device, [said(20, 900), said(21, 21)]);
    await settle(device);
    await accept(
      device,
      range(60, 63).map((seq) => said(seq, seq)),
    );
    await settle(device);
    await derive(device);
    expect((await stored(device)).map(({ n }) => n)).toEqual(range(0, 63));
    expect(await drops(device)).toEqual({ DUPLICATE: 1 });
  });

  it('goes on in its epoch where a start changes nothing about the numbers', async () => {
    const device = await aDevice(test);
    const bootOf = (n: number) => ({
      system: { boot_id: Math.floor(n / 7), reset_reason: 'DEEPSLEEP', uptime_s: 2 },
    });
    for (const n of range(0, 60)) {
      await accept(device, [
        said(n, n, bootOf(n)),
        ...(n > 10 ? [said(n - 9, n - 9, bootOf(n - 9))] : []),
      ]);
      if (n % 10 === 0) await derive(device);
      await settle(device);
    }
    expect(await epochOf(device)).toEqual({ epoch: 0, cause: null });
    expect((await stored(device)).map(({ n }) => n)).toEqual(range(0, 60));
  });
});

describe('a message that is repeated', () => {
  const seenLongAgo = ({ deviceId }: TestDevice) =>
    test.admin.query(
      "update devices.devices set last_seen_at = now() - interval '1 hour' where device_id = $1",
      [deviceId],
    );
  const isSeenNow = async (device: TestDevice) =>
    (
      await rows<{ is_seen_now: boolean }>(
        "select last_seen_at > now() - interval '30 minutes' as is_seen_now from devices.devices where device_id = $1",
        device,
      )
    )[0]?.is_seen_now;

  it('shows that the device is there, and changes nothing else', async () => {
    const device = await aDevice(test);
    await accept(
      device,
      range(0, 20).map((seq) => said(seq, seq)),
    );
    await derive(device);
    await seenLongAgo(device);
    await accept(device, [said(7, 7)]);
    await settle(device);
    expect(await drops(device)).toEqual({ DUPLICATE: 1 });
    expect(await isSeenNow(device)).toBe(true);
    expect((await stored(device)).map(({ n }) => n)).toEqual(range(0, 20));
  });

  it('shows nothing of the device to the next account', async () => {
    const device = await aDevice(test);
    await accept(
      device,
      range(0, 20).map((seq) => said(seq, seq)),
    );
    await derive(device);
    await accept(device, [said(7, 7)]);
    await detachFrom(device);
    const accountId = newId();
    await attachTo({ accountId, ...(await aReservoir(test, accountId)) }, device);
    await seenLongAgo(device);
    await settle(device);
    expect(await drops(device)).toEqual({ DUPLICATE: 1 });
    expect(await isSeenNow(device)).toBe(false);
  });
});

describe('a number that is out of all proportion', () => {
  it('does not blind a device, and is told', async () => {
    const device = await aDevice(test);
    await accept(device, [said(1, 0)]);
    await accept(device, [telemetry(Number.MAX_SAFE_INTEGER, 990)]);
    for (const seq of range(2, 8)) await accept(device, [telemetry(seq, 985)]);
    await settle(device);
    await derive(device);
    expect(await levelOf(device)).toEqual({ level_pct: 1.5, level_state: 'CRITICAL' });
    await wait(device, 60);
    await settle(device);
    expect(await drops(device)).toEqual({ SEQ_IMPLAUSIBLE: 1 });
  });

  it('is the truth when the device goes on from there', async () => {
    const device = await aDevice(test);
    const timed = (n: number) => 1_700_000_000_000 + n * 900_000;
    for (const n of range(0, 20)) {
      await accept(device, [said(timed(n), n)]);
      await settle(device);
    }
    await derive(device);
    expect((await stored(device)).map(({ n }) => n)).toEqual(range(0, 20));
    expect((await levelOf(device))?.level_pct).toBeCloseTo(100 - distanceOf(19) / 10);
  });

  it('is left again when the device that sent it first counts on below', async () => {
    const device = await aDevice(test);
    await accept(device, [said(2 ** 52, 0)]);
    for (const n of range(1, 8)) await accept(device, [said(n, n)]);
    await settle(device);
    await derive(device);
    expect(await epochOf(device)).toEqual({ epoch: 1, cause: 'COUNTER' });
    expect((await levelOf(device))?.level_pct).toBeCloseTo(100 - distanceOf(7) / 10);
  });
});

describe('devices that follow each other at a reservoir', () => {
  it('are ordered by their turns, where the clock of PostgreSQL stands back', async () => {
    const one = await aDevice(test);
    const two = await aDevice(test, { isAttached: false, accountId: one.accountId });
    const level = async () => (await levelOf(one))?.level_pct;
    await accept(one, [said(0, 0), said(1, 1)]);
    await derive(one);
    await accept(one, [said(2, 2)]);
    await swap(one, two);
    await accept(two, [said(7, 100)]);
    await standAt(two, 100, -2);
    await derive(two);
    expect(await level()).toBeCloseTo(100 - distanceOf(100) / 10);
    // The first device's earlier messages are derived only now.
    await derive(one);
    expect(await level()).toBeCloseTo(100 - distanceOf(100) / 10);
    // The device comes back, and the first message is old and late.
    await swap(one, one);
    await accept(one, [said(4, 4)]);
    await derive(one);
    await swap(one, two);
    await accept(two, [said(8, 101)]);
    await derive(two);
    await swap(one, one);
    await accept(one, [said(3, 3)]);
    await derive(one);
    expect(await level()).toBeCloseTo(100 - distanceOf(101) / 10);
    const { rows: readings } = await test.admin.query(
      'select device_seq::int as seq from water.reservoir_readings where reservoir_id = $1 and is_backfill order by 1',
      [one.reservoirId],
    );
    expect(readings).toEqual([{ seq: 2 }, { seq: 3 }]);
  });
});

describe('a device that loses much', () => {
  it('is kept whole, and its oldest gaps are given up and told', async () => {
    const device = await aDevice(test);
    await accept(
      device,
      range(0, 2_100).map((n) => said(2 * n, n % 900)),
    );
    const late = [said(4_200, 1), said(4_201, 2), said(3, 3), said(4_001, 4), said(4_203, 5)];
    await accept(device, late);
    await settle(device);
    await derive(device);
    const seqs = new Set((await stored(device)).map(({ seq }) => seq));
    expect([4_200, 4_201, 4_001, 4_203].filter((seq) => !seqs.has(seq))).toEqual([]);
    const [given] = await events('DEVICE_GAPS_GIVEN_UP', device);
    expect(given).toMatchObject({ epoch: 0, missing_count: 200 });
    expect((given?.['ranges'] as unknown[])[0]).toEqual({ from_seq: 1, to_seq: 1 });
    await accept(device, [said(4_205, 6), said(4_206, 7), said(4_207, 8)]);
    await settle(device);
    expect(await drops(device)).toEqual({ GAP_GIVEN_UP: 1 });
    await assertInvariants();
  });
});

interface Step {
  seq: number;
  n: number;
  more: object;
}

const often = <T>(...choices: readonly [weight: number, arbitrary: fc.Arbitrary<T>][]) =>
  fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));
/** How many numbers are lost before each message: mostly none, now and then very many at once. */
const losses = (least: number, most: number) =>
  fc.array(often([12, fc.constant(0)], [3, fc.nat(4)], [1, fc.constant(5_000)]), {
    minLength: least,
    maxLength: most,
  });
/** Arrival of messages: in batches, slightly out of order, some repeated, soon or much later. */
const delivery = fc.record({
  batch: fc.integer({ min: 1, max: 25 }),
  delays: fc.infiniteStream(often([6, fc.constant(0)], [2, fc.nat(6)])),
  repeats: fc.infiniteStream(often([6, fc.constant(0)], [1, fc.integer({ min: 1, max: 80 })])),
  looks: fc.infiniteStream(fc.boolean()),
});
type Delivery = typeof delivery extends fc.Arbitrary<infer How> ? How : never;

/** The last steps lose nothing, so that each jump is followed by a message. */
function stepsOf(
  lost: readonly number[],
  firstN: number,
  more: (n: number) => object,
  firstSeq = 0,
): Step[] {
  let seq = firstSeq - 1;
  return [...lost, 0, 0, 0].map((gap, index) => {
    seq += 1 + gap;
    return { seq, n: firstN + index, more: more(firstN + index) };
  });
}

const next = <T>(iterator: Iterator<T>): T => iterator.next().value as T;

/** Sends everything, and lets time go by. */
async function send(
  device: TestDevice,
  steps: readonly Step[],
  how: Delivery,
  earlier: readonly Step[] = [],
) {
  await arrive(device, steps, how, earlier);
  await derive(device);
}

/** As `send`, and leaves the last messages to be derived. */
async function arrive(
  device: TestDevice,
  steps: readonly Step[],
  { batch, delays, repeats, looks }: Delivery,
  earlier: readonly Step[] = [],
  afterBatch: () => Promise<unknown> = () => Promise.resolve(),
) {
  const arrivals = steps.flatMap((step, index) => {
    const [place, again] = [index + next(delays), next(repeats)];
    // Soon, and long after: of an earlier life.
    const old = again > 0 ? earlier[(again * 7919) % earlier.length] : undefined;
    return [
      { at: place, step },
      ...(again > 0 ? [{ at: place + again, step }] : []),
      ...(old ? [{ at: place, step: old }] : []),
    ];
  });
  arrivals.sort((a, b) => a.at - b.at);
  const payloads = arrivals.map(({ step: { seq, n, more } }) => said(seq, n, more));
  for (let from = 0; from < payloads.length; from += batch) {
    await accept(device, payloads.slice(from, from + batch));
    if (next(looks)) await settle(device);
    await afterBatch();
    if (next(looks)) await derive(device);
  }
  await settle(device);
  await wait(device, 11);
  await settle(device);
  await afterBatch();
}

/** Attaches a device in place of the reservoir's present device. */
async function swap(present: TestDevice, device: TestDevice): Promise<void> {
  await detachFrom(present);
  await attachTo(present, device);
}
type Reservoir = Pick<TestDevice, 'accountId' | 'reservoirId'>;
const detachFrom = ({ reservoirId }: Reservoir) =>
  test.admin.query(
    'update devices.device_attachments set detached_at = now() where reservoir_id = $1 and detached_at is null',
    [reservoirId],
  );
const attachTo = ({ accountId, reservoirId }: Reservoir, { deviceId }: TestDevice) =>
  test.admin.query(
    `insert into devices.device_attachments (account_id, attachment_id, device_id, kind, thing_id) values ($1, $2, $3, 'reservoir', $4)`,
    [accountId, newId(), deviceId, reservoirId],
  );

/** As if PostgreSQL's clock had stood so many hours from here while these messages came. */
const standAt = ({ deviceId }: TestDevice, firstN: number, hours: number) =>
  test.admin.query(
    `update devices.device_telemetry_messages set received_at = now() + make_interval(hours => $3)
     where device_id = $1 and (payload ->> 'n')::int >= $2`,
    [deviceId, firstN, hours],
  );

async function keptOnce(device: TestDevice): Promise<number[]> {
  const kept = (await stored(device)).map(({ n }) => n).sort((a, b) => a - b);
  expect(kept).toEqual([...new Set(kept)]);
  return kept;
}

/** EPOCH_RUNS and EPOCH_SEED look further, or again. */
const { EPOCH_RUNS: runs = '5', EPOCH_SEED: seed } = process.env;
const parameters = {
  numRuns: Number(runs),
  endOnFailure: true,
  ...(seed ? { seed: Number(seed) } : {}),
};
const startedAt = 1_700_000_000_000;

describe('any stream', () => {
  const wording: Record<string, (n: number) => object> = {
    bare: () => ({}),
    boots: (n) => ({
      system: { boot_id: `b${Math.floor(n / 9)}`, reset_reason: 'WAKE', uptime_s: 1 },
    }),
    timed: (n) => ({ local_timestamp_ms: startedAt + n * 1_000 }),
  };
  it('of an honest device is kept whole and once, and its newest message is the state', async () => {
    const property = fc.asyncProperty(
      losses(8, 60),
      delivery,
      fc.constantFrom(...Object.values(wording)),
      async (lost, how, more) => {
        const device = await aDevice(test);
        const steps = stepsOf(lost, 0, more);
        await send(device, steps, how);
        expect(await keptOnce(device)).toEqual(steps.map(({ n }) => n));
        expect(await epochOf(device)).toEqual({ epoch: 0, cause: null });
        expect((await levelOf(device))?.level_pct).toBeCloseTo(
          100 - distanceOf(steps.length - 1) / 10,
        );
      },
    );
    await fc.assert(property, parameters);
  }, 30_000);

  const starting: Record<string, (life: number, n: number, firstN: number) => object> = {
    bare: () => ({}),
    boots: (life) => ({ system: { boot_id: `b${life}` } }),
    reasons: (_, n, firstN) => ({ system: { reset_reason: 'POWERON', uptime_s: n - firstN } }),
    timed: (_, n) => ({ local_timestamp_ms: startedAt + n * 1_000 }),
  };
  it('of a device that starts again, jumps and repeats itself is kept once, and ends with its newest message', async () => {
    const property = fc.asyncProperty(
      fc.tuple(losses(60, 80), losses(30, 40), losses(8, 12)),
      delivery,
      fc.constantFrom(...Object.values(starting)),
      fc.boolean(),
      async (lives, how, wordingOf, isWild) => {
        const device = await aDevice(test);
        let firstN = 0;
        const earlier: Step[] = [];
        for (const [life, lost] of lives.entries()) {
          // Later lives are shorter: each number was used before, or is among the lost.
          const few = lost.map((gap, index) => (life === 0 && index > 0 ? Math.min(gap, 4) : 0));
          const steps = stepsOf(few, firstN, (n) => wordingOf(life, n, firstN));
          await send(device, steps, how, earlier);
          earlier.push(...steps);
          firstN += steps.length;
          if (isWild) await accept(device, [telemetry(2 ** 44 + life, 1, { n: 10_000 + life })]);
        }
        await keptOnce(device);
        const { n } = (await stored(device)).at(-1) ?? {};
        expect(n).toBe(firstN - 1);
        expect((await levelOf(device))?.level_pct).toBeCloseTo(100 - distanceOf(firstN - 1) / 10);
      },
    );
    await fc.assert(property, parameters);
  }, 30_000);

  it('of devices that follow each other is kept once, and the newest message of the last is the state, whatever the clock says', async () => {
    const turn = fc.record({
      lost: losses(4, 10),
      hours: fc.integer({ min: -3, max: 3 }),
      isDerivedLate: fc.boolean(),
    });
    const property = fc.asyncProperty(
      fc.array(turn, { minLength: 3, maxLength: 6 }),
      delivery,
      async (turns, how) => {
        const one = await aDevice(test, { isAttached: false });
        const two = await aDevice(test, { isAttached: false, accountId: one.accountId });
        const lives = [one, two].map((device) => ({
          device,
          steps: [] as Step[],
          late: [] as Step[],
          nextSeq: 0,
        }));
        let firstN = 0;
        for (const [index, { lost, hours, isDerivedLate }] of turns.entries()) {
          const [life, other] = index % 2 === 0 ? lives : lives.toReversed();
          if (!life || !other) throw new Error('there are two devices');
          const { device } = life;
          const steps = stepsOf(lost, firstN, () => ({}), life.nextSeq);
          await swap(one, device);
          const turnClock = () => standAt(device, firstN, hours);
          // Late messages come after the other device's turn.
          await accept(
            device,
            life.late.map(({ seq, n }) => said(seq, n)),
          );
          await derive(device);
          const [held] = index + 2 < turns.length ? steps.slice(1, 2) : [];
          await arrive(
            device,
            steps.filter((step) => step !== held),
            how,
            life.steps,
            turnClock,
          );
          if (!isDerivedLate) await derive(device);
          await derive(other.device);
          life.steps.push(...steps.filter((step) => step !== held), ...life.late);
          life.late = held ? [held] : [];
          life.nextSeq = (steps.at(-1)?.seq ?? 0) + 1;
          firstN += steps.length;
        }
        for (const { device } of lives.toReversed()) await derive(device);
        for (const { device, steps } of lives)
          expect(await keptOnce(device)).toEqual(steps.map(({ n }) => n).sort((a, b) => a - b));
        expect((await levelOf(one))?.level_pct).toBeCloseTo(100 - distanceOf(firstN - 1) / 10);
      },
    );
    await fc.assert(property, parameters);
  }, 60_000);

  it('leaves every invariant whole', () => assertInvariants());
});
