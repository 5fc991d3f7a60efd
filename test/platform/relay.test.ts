import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { Type } from 'typebox';
import { createRolePool } from '../../db/shared/database.js';
import { createEventStore, type StoredEvent } from '../../db/platform/event.store.js';
import { defineEvent } from '../../db/shared/event.js';
import { emitEvents } from '../../db/shared/outbox.js';
import { retryDelayMs, startRelay, type EventConsumer } from '../../workers/shared/relay.js';
import { createLogger } from '../../workers/shared/logger.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';

const account = '0190a000-0000-7000-8000-00000000000a';
const happened = defineEvent({
  type: 'TEST_HAPPENED',
  version: 1,
  topic: 'test.happened',
  subjectType: 'test',
  payload: Type.Object({ n: Type.Integer() }, { additionalProperties: false }),
  example: { n: 1 },
});
const logger = createLogger({ level: 'silent', process: 'test' });

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

function startWith(consume: EventConsumer) {
  relay = startRelay({ events: createEventStore(pool), consumers: { TEST_HAPPENED: [consume] }, logger });
  return relay;
}
const event = (subjectId: string, n: number) => happened.of({ accountId: account, subjectId, payload: { n } });
const emit = (subjectId: string, n: number) =>
  test.database.inAccount(account, (trx) => emitEvents(trx, [event(subjectId, n)]));
const numbers = (events: StoredEvent[], subjectId: string) =>
  events.filter((e) => e.subjectId === subjectId).map((e) => e.payload['n']);

describe('the relay', () => {
  it('does not skip the event of a slow transaction that a faster one overtook', async () => {
    const seen: StoredEvent[] = [];
    startWith(async (e) => void seen.push(e));
    await test.database.inAccount(account, async (slow) => {
      // Draws its id and position first, commits last.
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
      expect(numbers(seen, `ordered-${lane}`)).toEqual(Array.from({ length: 10 }, (_, i) => i * 3 + lane));
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
    relay = startRelay({
      events: createEventStore(pool),
      consumers: { TEST_HAPPENED: [async (e) => void bySecond.push(e)] },
      logger,
    });
    await first.stop();
    await emit('led', 2);
    await eventually(() => expect(numbers(bySecond, 'led')).toEqual([2]));
    expect(numbers(byFirst, 'led')).toEqual([1]);
  });

  it('backs off from 100 ms to 10 s and gives up after ten tries', () => {
    expect([0, 1, 6, 7, 8, 9].map(retryDelayMs)).toEqual([100, 200, 6_400, 10_000, 10_000, null]);
  });
});
