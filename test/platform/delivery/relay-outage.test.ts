import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { ServiceError } from '@temporalio/client';
import type pg from 'pg';
import { createRolePool } from '../../../db/connection/database.js';
import type { StoredEvent } from '../../../db/platform/delivery/event.store.js';
import { emitEvents } from '../../../db/shared/outbox.js';
import { failure } from '../../../workflows/shared/failure.js';
import { createLogger } from '../../../workers/observability/logger.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';
import { eventually } from '../../support/timing/eventually.js';
import { happened } from '../../support/timing/happened.js';
import { startTestRelay } from '../../support/processes/relay.js';

const account = '0190a000-0000-7000-8000-00000000000a';

let test: TestDatabase;
let pool: pg.Pool;
let relay: { stop(): Promise<void> } | undefined;
const lines: Record<string, unknown>[] = [];
const destination = {
  write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>),
};
beforeAll(async () => {
  test = await createTestDatabase();
  pool = createRolePool(test.urls.relay);
});
afterEach(() => relay?.stop());
afterAll(async () => {
  await pool.end();
  await test.drop();
});

const emit = (subjectId: string, count: number) =>
  test.database.transaction({ accountId: account }, (scope) =>
    emitEvents(
      scope,
      Array.from({ length: count }, (_, n) =>
        happened.of({ accountId: account, subjectId, payload: { n } }),
      ),
    ),
  );
const deliveries = async () => {
  const { rows } = await test.admin.query<{ state: string; attempts: number }>(
    'select d.state, d.attempts from platform.deliveries d order by d.subject_seq',
  );
  return rows;
};

it.each<[string, () => unknown]>([
  [
    'Temporal, as the routes’ way to it says',
    () => failure('SERVICE_UNAVAILABLE', { dependency: 'temporal' }),
  ],
  ['Temporal, as its client says', () => new ServiceError('unavailable')],
  ['PostgreSQL', () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })],
])(
  'an outage of ours uses up no tries, and what waited goes in order when it is over: %s',
  async (_name, outage) => {
    await test.admin.query('truncate platform.deliveries, platform.lanes, platform.events cascade');
    lines.length = 0;
    let isAway = true;
    let tries = 0;
    const seen: StoredEvent[] = [];
    const consume = async (event: StoredEvent) => {
      tries += 1;
      if (isAway) throw outage();
      seen.push(event);
    };
    const logger = createLogger({ level: 'warn', process: 'test', destination });
    relay = startTestRelay(
      { database: test.database, relayPool: pool },
      [{ name: 'test', on: { TEST_HAPPENED: consume }, concurrency: 2 }],
      { logger },
    );
    for (const subject of ['one', 'two', 'three', 'four', 'five', 'six']) await emit(subject, 2);
    await eventually(() => expect(tries).toBeGreaterThan(3));
    // One lane after the other asks whether the outage is over; the consumer's other lanes are left
    // alone.
    expect(tries).toBeLessThanOrEqual(8);
    expect(await deliveries()).toEqual(
      Array.from({ length: 12 }, () => ({ state: 'PENDING', attempts: 0 })),
    );
    expect(lines.map(({ msg, consumer_id: id }) => [msg, id])).toEqual([
      ['what a consumer needs is away; its deliveries wait', 'internal/test'],
    ]);

    isAway = false;
    await eventually(() => expect(seen).toHaveLength(12));
    for (const subject of ['one', 'six'])
      expect(
        seen.filter((event) => event.subjectId === subject).map(({ payload }) => payload['n']),
      ).toEqual([0, 1]);
    await eventually(async () =>
      expect(await deliveries()).toEqual(
        Array.from({ length: 12 }, () => ({ state: 'SENT', attempts: 1 })),
      ),
    );
    await relay.stop();
  },
);
