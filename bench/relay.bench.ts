import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { StoredEvent } from '../db/platform/delivery/event.store.js';
import { createDatabase, createRolePool, type Database } from '../db/connection/database.js';
import { newId } from '../db/shared/id.js';
import { happened } from '../test/support/timing/happened.js';
import { startTestRelay } from '../test/support/processes/relay.js';
import { emitMany, emitOne, newSubjects } from './relay/events.js';
import { startBenchDatabase, type BenchDatabase } from './shared/database.js';
import { median, percentile } from './shared/ratio.js';
import type { Figure } from './shared/report.js';

const drain = { events: 10_000, subjects: 500, rounds: 3 };
const steady = { ratePerSecond: 100, seconds: 20, subjects: 200 };
const withinMs = 60_000;

interface Bench {
  postgres: BenchDatabase;
  /** As millrace_app, and as millrace_relay. */
  database: Database;
  relayPool: pg.Pool;
}

/** From the outbox through fan-out and lanes to a consumer in code with a mere counter. */
export async function benchRelay(): Promise<Figure[]> {
  const postgres = await startBenchDatabase();
  const database = createDatabase({ url: postgres.urls.app, contextKey: postgres.contextKey });
  const relayPool = createRolePool(postgres.urls.relay);
  try {
    const bench = { postgres, database, relayPool };
    return [await measureDrain(bench), await measureDelay(bench)];
  } finally {
    await relayPool.end();
    await database.close();
    await postgres.stop();
  }
}

async function measureDrain(bench: Bench): Promise<Figure> {
  // Plans, pools and compiled code.
  await drainOnce(bench, 'warm-up', drain.events / 10);
  const rates: number[] = [];
  while (rates.length < drain.rounds)
    rates.push(await drainOnce(bench, `round-${rates.length}`, drain.events));
  rates.sort((a, b) => a - b);
  const value = median(rates);
  return {
    name: 'relay.events_per_second',
    value,
    unit: '/s',
    limit: '≥ 1000',
    isMet: value >= 1_000,
    note: `${drain.events} events of ${drain.subjects} subjects, ${drain.rounds} rounds, from the relay's start to the last call, each once and in order`,
  };
}

/** Events wait before the relay starts; returns the delivered events a second. */
async function drainOnce(bench: Bench, round: string, events: number): Promise<number> {
  await emitMany(bench.database, newId(), events, newSubjects(round, drain.subjects));
  const counted = countOf(events);
  const startedAt = performance.now();
  const relay = start(bench, counted.count);
  let seconds: number;
  try {
    await counted.all();
    seconds = (performance.now() - startedAt) / 1_000;
  } finally {
    await relay.stop();
  }
  await assertSettled(bench);
  return events / seconds;
}

/** An event's time is taken before the commit, so the measured delay is slightly too long. */
async function measureDelay(bench: Bench): Promise<Figure> {
  const { ratePerSecond, seconds } = steady;
  const events = ratePerSecond * seconds;
  const accountId = newId();
  const subjects = newSubjects('steady', steady.subjects);
  const delays: number[] = [];
  const counted = countOf(events);
  const relay = start(bench, (event) => {
    delays.push(Date.now() - Date.parse(event.occurredAt));
    counted.count(event);
  });
  try {
    // Ordinary life, not the relay's start.
    await sleep(1_000);
    const emitting = Array.from({ length: events }, async (_, n) => {
      await sleep((n * 1_000) / ratePerSecond);
      await emitOne(bench.database, accountId, n, subjects);
    });
    await Promise.all(emitting);
    await counted.all();
  } finally {
    await relay.stop();
  }
  const value = percentile(delays, 0.99);
  return {
    name: 'relay.delivery_p99_ms',
    value,
    unit: 'ms',
    limit: '≤ 250',
    isMet: value <= 250,
    note: `${events} at ${ratePerSecond}/s, commit → call; p50 ${percentile(delays, 0.5).toFixed(0)} ms`,
  };
}

const start = ({ database, relayPool }: Bench, count: (event: StoredEvent) => void) =>
  startTestRelay({ database, relayPool }, [
    { name: 'bench', on: { [happened.type]: async (event) => count(event) } },
  ]);

/** Each event once and each subject's in order, or the round is void. */
function countOf(expected: number) {
  const lastOf = new Map<string, number>();
  let counted = 0;
  let fault: Error | undefined;
  return {
    count({ subjectId, subjectSeq }: StoredEvent): void {
      const before = lastOf.get(subjectId) ?? 0;
      if (subjectSeq !== before + 1)
        fault ??= new Error(`${subjectId} got its event ${subjectSeq} after ${before}`);
      lastOf.set(subjectId, subjectSeq);
      counted += 1;
    },
    async all(): Promise<void> {
      for (const until = Date.now() + withinMs; counted < expected && !fault; await sleep(5))
        if (Date.now() > until)
          throw new Error(`${counted} of ${expected} events came within ${withinMs / 1_000} s`);
      if (fault) throw fault;
    },
  };
}

/** Each delivered event is marked as delivered, so nothing comes twice. */
async function assertSettled({ postgres }: Bench): Promise<void> {
  const { rows } = await postgres.admin.query<{ unsettled: string }>(
    "select count(*) as unsettled from platform.deliveries d where d.state <> 'SENT'",
  );
  if (Number(rows[0]?.unsettled) !== 0)
    throw new Error(`${rows[0]?.unsettled} deliveries are not written down`);
}
