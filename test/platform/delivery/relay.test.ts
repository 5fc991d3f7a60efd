/** Tells of: delivery.store, event.store, lease.store. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { createRolePool, roleScope } from '../../../db/connection/database.js';
import { deliveryStore } from '../../../db/platform/delivery/delivery.store.js';
import { eventStore, type StoredEvent } from '../../../db/platform/delivery/event.store.js';
import { emitEvents } from '../../../db/shared/outbox.js';
import { retryDelayMs } from '../../../workflows/platform/delivery.rules.js';
import {
  internalDefinitions,
  type EventConsumer,
  type InternalConsumer,
  type Sink,
} from '../../../workers/relay/sink.js';
import { createLogger } from '../../../workers/observability/logger.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';
import { eventually } from '../../support/timing/eventually.js';
import { happened } from '../../support/timing/happened.js';
import { startTestRelay } from '../../support/processes/relay.js';

const account = '0190a000-0000-7000-8000-00000000000a';

let test: TestDatabase;
let pool: pg.Pool;
let relay: { stop(): Promise<void> } | undefined;

beforeAll(async () => {
  test = await createTestDatabase();
  pool = createRolePool(test.urls.relay);
});
afterEach(async () => {
  await relay?.stop();
  relay = undefined;
});
afterAll(async () => {
  await pool.end();
  await test.drop();
});

const consumer = (name: string, consume: EventConsumer): InternalConsumer => ({
  name,
  on: { TEST_HAPPENED: consume },
});
const start = (...consumers: InternalConsumer[]) =>
  startTestRelay({ database: test.database, relayPool: pool }, consumers);
function startWith(consume: EventConsumer, ...others: InternalConsumer[]) {
  relay = start(consumer('test', consume), ...others);
  return relay;
}
const event = (subjectId: string, n: number) =>
  happened.of({ accountId: account, subjectId, payload: { n } });
const emit = (subjectId: string, n: number) =>
  test.database.transaction({ accountId: account }, (scope) =>
    emitEvents(scope, [event(subjectId, n)]),
  );
const deliveriesOf = async (
  subjectId: string,
): Promise<{ consumer_id: string; state: string }[]> => {
  const { rows } = await test.admin.query(
    `select d.consumer_id, d.state from platform.deliveries d join platform.events e using (event_id)
     where e.subject_id = $1 order by d.subject_seq, d.created_at`,
    [subjectId],
  );
  return rows;
};
const numbers = (events: StoredEvent[], subjectId: string) =>
  events.filter((e) => e.subjectId === subjectId).map((e) => e.payload['n']);

describe('a relay that finds no schema', () => {
  it('says that migrate has not run, and of a database that is away that it is', async () => {
    const told: unknown[] = [];
    const destination = { write: (line: string) => void told.push(JSON.parse(line)) };
    const faults = ['42P01', '42703', '57P01'].map((code) =>
      Object.assign(new Error('of the driver'), { code }),
    );
    const whileHeld = async (): Promise<never> => {
      throw faults.shift() ?? new Error('over');
    };
    relay = startTestRelay({ database: test.database, relayPool: pool }, [], {
      leases: { whileHeld },
      logger: createLogger({ level: 'warn', process: 'test', destination }),
    });
    await eventually(() => expect(told.length).toBeGreaterThan(2));
    const older = { level: 'error', msg: expect.stringContaining('run migrate') };
    expect(told.slice(0, 3)).toMatchObject([
      older,
      older,
      { level: 'warn', msg: expect.stringContaining('lost the database') },
    ]);
  });
});

describe('the relay', () => {
  it('does not skip the event of a slow transaction that a faster one overtook', async () => {
    const seen: StoredEvent[] = [];
    startWith(async (e) => void seen.push(e));
    await test.database.transaction({ accountId: account }, async (slow) => {
      // Draws id and position first, commits last.
      await emitEvents(slow, [event('slow', 1)]);
      await emit('fast', 1);
      await eventually(() => expect(numbers(seen, 'fast')).toEqual([1]));
      expect(numbers(seen, 'slow')).toEqual([]);
    });
    await eventually(() => expect(numbers(seen, 'slow')).toEqual([1]));
  });

  it('dispatches the events of one subject in order and each of them once', async () => {
    const seen: StoredEvent[] = [];
    startWith(async (e) => {
      await sleep(Math.random() * 3);
      seen.push(e);
    });
    for (let n = 0; n < 30; n += 1) await emit(`ordered-${n % 3}`, n);
    await eventually(() => expect(seen).toHaveLength(30));
    await sleep(150);
    for (const lane of [0, 1, 2]) {
      expect(numbers(seen, `ordered-${lane}`)).toEqual(
        Array.from({ length: 10 }, (_, i) => i * 3 + lane),
      );
    }
  });

  it('holds the lane of an event that fails, lets others pass, and goes on where it stopped', async () => {
    let isBroken = true;
    const seen: StoredEvent[] = [];
    startWith(async (e) => {
      if (isBroken && e.subjectId === 'held') throw new Error('not now');
      seen.push(e);
    });
    await emit('held', 1);
    await emit('held', 2);
    await emit('free', 1);
    await eventually(() => expect(numbers(seen, 'free')).toEqual([1]));
    expect(numbers(seen, 'held')).toEqual([]);
    isBroken = false;
    await eventually(() => expect(numbers(seen, 'held')).toEqual([1, 2]));
  });

  it('leaves the work to one relay at a time, and to the next when that one stops', async () => {
    const byFirst: StoredEvent[] = [];
    const bySecond: StoredEvent[] = [];
    const first = startWith(async (e) => void byFirst.push(e));
    await emit('led', 1);
    await eventually(() => expect(numbers(byFirst, 'led')).toEqual([1]));
    relay = start(consumer('test', async (e) => void bySecond.push(e)));
    await first.stop();
    await emit('led', 2);
    await eventually(() => expect(numbers(bySecond, 'led')).toEqual([2]));
    expect(numbers(byFirst, 'led')).toEqual([1]);
  });

  it('is followed by another soon after it stands still, and then marks nothing more', async () => {
    const byFirst: StoredEvent[] = [];
    const bySecond: StoredEvent[] = [];
    let goOn = (): void => undefined;
    const frozen = new Promise<void>((resolve) => (goOn = resolve));
    let isFrozen = false;
    /** From the lost renewal on, as of a stopped process with open connections. */
    const standing = createRolePool(test.urls.relay);
    const connect = standing.connect.bind(standing);
    standing.connect = (async () => {
      if (isFrozen) await frozen;
      return connect();
    }) as typeof standing.connect;
    const first = startTestRelay({ database: test.database, relayPool: standing }, [
      consumer('test', async (e) => {
        byFirst.push(e);
        isFrozen = true;
        await frozen;
      }),
    ]);
    await emit('frozen', 1);
    await eventually(() => expect(numbers(byFirst, 'frozen')).toEqual([1]));
    const stoodAt = performance.now();
    relay = start(consumer('test', async (e) => void bySecond.push(e)));
    await emit('frozen', 2);
    await eventually(() => expect(numbers(bySecond, 'frozen')).toEqual([1, 2]), 15_000);
    expect(performance.now() - stoodAt).toBeLessThan(10_000);

    const before = await tries();
    goOn();
    await emit('frozen', 3);
    await eventually(() => expect(numbers(bySecond, 'frozen')).toEqual([1, 2, 3]));
    await first.stop();
    expect(numbers(byFirst, 'frozen')).toEqual([1]);
    expect((await deliveriesOf('frozen')).map(({ state }) => state)).toEqual([
      'SENT',
      'SENT',
      'SENT',
    ]);
    expect(before).toEqual([{ attempts: 1 }, { attempts: 1 }]);
    expect(await tries()).toEqual([{ attempts: 1 }, { attempts: 1 }, { attempts: 1 }]);
    await standing.end();

    async function tries(): Promise<unknown[]> {
      const { rows } = await test.admin.query(
        `select d.attempts from platform.deliveries d join platform.events e using (event_id)
         where e.subject_id = 'frozen' order by d.subject_seq`,
      );
      return rows;
    }
  });

  it('loses and doubles nothing when two fan out at once, as when a leader is cut off and does not know, and keeps each order', async () => {
    const seen: StoredEvent[] = [];
    const counting = consumer('test', async (e) => void seen.push(e));
    const pools = [createRolePool(test.urls.relay), createRolePool(test.urls.relay)];
    await deliveryStore(roleScope(pool)).register(internalDefinitions([counting]));
    const { rows: leases } = await test.admin.query<{ number: number }>(
      'select number from platform.leases',
    );
    const number = leases[0]?.number ?? 0;
    let isEmitting = true;
    const numbered = new Map<string, number>();
    const moved: string[] = [];
    const watch = async (): Promise<void> => {
      while (isEmitting) {
        const { rows: found } = await test.admin.query<{ id: string; no: number }>(
          `select event_id as id, dispatch_no as no from platform.events where subject_id like 'both-%' and dispatch_no is not null`,
        );
        for (const { id, no } of found) if ((numbered.get(id) ?? no) !== no) moved.push(id);
        for (const { id, no } of found) numbered.set(id, no);
      }
    };
    const watching = watch();
    const emitting = Promise.all(
      [0, 1, 2, 3].map(async (lane) => {
        for (let n = 0; n < 25; n += 1) await emit(`both-${lane}`, n);
      }),
    ).finally(() => (isEmitting = false));
    await Promise.all(
      pools.map(async (each) => {
        const events = eventStore(roleScope(each));
        while ((await events.fanOut(7, number)) > 0 || isEmitting);
      }),
    );
    await Promise.all([emitting, watching]);
    // A reader behind a number would miss an event renumbered later.
    expect(moved).toEqual([]);
    const { rows } = await test.admin.query<{
      subject: string;
      numbers: number[];
      deliveries: number;
      places: number;
    }>(
      `select e.subject_id as subject, array_agg((e.payload ->> 'n')::int order by e.dispatch_no) as numbers,
         sum((select count(*) from platform.deliveries d where d.event_id = e.event_id))::int as deliveries,
         count(distinct e.dispatch_no)::int as places
       from platform.events e where e.subject_id like 'both-%' group by 1 order by 1`,
    );
    const all = Array.from({ length: 25 }, (_, n) => n);
    expect(rows).toEqual(
      [0, 1, 2, 3].map((lane) => ({
        subject: `both-${lane}`,
        numbers: all,
        deliveries: 25,
        places: 25,
      })),
    );
    relay = start(counting);
    await eventually(() => expect(seen).toHaveLength(100));
    for (const lane of [0, 1, 2, 3]) expect(numbers(seen, `both-${lane}`)).toEqual(all);
    await Promise.all(pools.map((each) => each.end()));
  });

  it('lets a consumer that fails or hangs hold nobody but itself, and of itself only that lane', async () => {
    const seen: StoredEvent[] = [];
    const ofSlow: StoredEvent[] = [];
    let letGo = (): void => undefined;
    const hanging = new Promise<void>((resolve) => (letGo = resolve));
    const failing = consumer('failing', () => Promise.reject(new Error('no')));
    const slow = consumer('slow', async (e) => {
      if (e.subjectId === 'apart-0') await hanging;
      ofSlow.push(e);
    });
    startWith(async (e) => void seen.push(e), failing, slow);
    for (let n = 0; n < 9; n += 1) await emit(`apart-${n % 3}`, n);
    await eventually(() => {
      for (const lane of [0, 1, 2])
        expect(numbers(seen, `apart-${lane}`)).toEqual([lane, lane + 3, lane + 6]);
      for (const lane of [1, 2])
        expect(numbers(ofSlow, `apart-${lane}`)).toEqual([lane, lane + 3, lane + 6]);
    });
    expect(numbers(ofSlow, 'apart-0')).toEqual([]);
    letGo();
    await eventually(() => expect(numbers(ofSlow, 'apart-0')).toEqual([0, 3, 6]));
  });

  it('makes no delivery of an event that nobody wants', async () => {
    const seen: StoredEvent[] = [];
    relay = start({ name: 'test', on: { TEST_OTHER: async (e) => void seen.push(e) } });
    await emit('unwanted', 1);
    await eventually(async () => {
      const { rows } = await test.admin.query(
        "select dispatched_at from platform.events where subject_id = 'unwanted'",
      );
      expect(rows).toEqual([{ dispatched_at: expect.any(String) }]);
    });
    expect(await deliveriesOf('unwanted')).toEqual([]);
  });

  it('makes a dead letter at the last try, tells it once, and holds that lane of that consumer', async () => {
    const seen: StoredEvent[] = [];
    const taken: unknown[] = [];
    const sink: Sink = {
      deliver: async (e, { consumerId }) => {
        if (consumerId === 'internal/picky' && e.payload['n'] === 2 && e.subjectId === 'deadly')
          return { kind: 'dead', error: 'GONE' };
        if (consumerId === 'internal/picky') taken.push(e.payload['n']);
        else seen.push(e);
        return { kind: 'delivered' };
      },
    };
    relay = startTestRelay(
      { database: test.database, relayPool: pool },
      [consumer('test', async () => undefined), consumer('picky', async () => undefined)],
      { sinks: { internal: sink } },
    );
    for (const n of [1, 2, 3]) await emit('deadly', n);
    await eventually(() => expect(numbers(seen, 'deadly')).toEqual([1, 2, 3]));
    await eventually(async () => {
      const states = (await deliveriesOf('deadly')).filter(
        (d) => d.consumer_id === 'internal/picky',
      );
      expect(states.map(({ state }) => state)).toEqual(['SENT', 'DEAD', 'PENDING']);
    });
    await emit('deadly', 4);
    await sleep(200);
    expect(taken).toEqual([1]);
    const { rows } = await test.admin.query(
      "select account_id, payload from platform.events where event_type = 'DELIVERY_DIED'",
    );
    expect(rows).toEqual([
      {
        account_id: account,
        payload: expect.objectContaining({ consumer_id: 'internal/picky', attempts: 1 }),
      },
    ]);
  });

  it('backs off from 100 ms to 10 s and gives up after ten tries', () => {
    expect([0, 1, 6, 7, 8, 9].map(retryDelayMs)).toEqual([100, 200, 6_400, 10_000, 10_000, null]);
  });
});
