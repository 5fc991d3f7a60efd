/** Tells of: delivery-purge.store. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { consumerStore } from '../../../db/platform/delivery/consumer.store.js';
import { deadLetterRecords } from '../../../db/platform/webhook/dead-letter.records.js';
import { deadLetterViews } from '../../../db/platform/webhook/dead-letter.views.js';
import { purgeDeliveries } from '../../../db/platform/delivery/delivery-purge.store.js';
import { createRolePool, platformAccountId, roleScope } from '../../../db/connection/database.js';
import { emitEvents } from '../../../db/shared/outbox.js';
import type { DeliveryOutcome, InternalConsumer } from '../../../workers/relay/sink.js';
import type { DeadLetterDecision } from '../../../workflows/platform/dead-letter.contract.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';
import { eventually } from '../../support/timing/eventually.js';
import { happened } from '../../support/timing/happened.js';
import { startTestRelay } from '../../support/processes/relay.js';

const account = '0190a000-0000-7000-8000-00000000000a';
const other = '0190a000-0000-7000-8000-00000000000b';

let test: TestDatabase;
let pool: pg.Pool;
let relay: { stop(): Promise<void> } | undefined;
/** The consumer's answer to an event of this subject and number. */
let answers: Record<string, DeliveryOutcome> = {};
let seen: string[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  pool = createRolePool(test.urls.relay);
});
afterEach(async () => {
  await relay?.stop();
  relay = undefined;
  answers = {};
  seen = [];
});
afterAll(async () => {
  await pool.end();
  await test.drop();
});

const consumers: InternalConsumer[] = [
  { name: 'test', on: { TEST_HAPPENED: async () => undefined } },
];
const start = () => {
  relay = startTestRelay({ database: test.database, relayPool: pool }, consumers, {
    sinks: {
      internal: {
        deliver: async ({ subjectId, payload }) => {
          const what = `${subjectId}/${String(payload['n'])}`;
          const outcome = answers[what] ?? { kind: 'delivered' };
          if (outcome.kind === 'delivered') seen.push(what);
          return outcome;
        },
      },
    },
  });
};
const emit = async (subjectId: string, ...numbers: number[]) =>
  test.database.transaction({ accountId: account }, (scope) =>
    emitEvents(
      scope,
      numbers.map((n) => happened.of({ accountId: account, subjectId, payload: { n } })),
    ),
  );
const dead = { kind: 'dead', error: 'GONE' } as const;
const lane = (subjectId: string) => seen.filter((what) => what.startsWith(`${subjectId}/`));
const numbered = (subjectId: string, ...numbers: number[]) =>
  numbers.map((n) => `${subjectId}/${n}`);
const deadLetter = (subjectId: string) =>
  eventually(async () => {
    const items = await deadLetterViews(test.database.reads({ accountId: account })).page(
      null,
      null,
      50,
    );
    const found = items.find((item) => item.subject_id === subjectId);
    if (!found) throw new Error('no dead letter yet');
    return found;
  });

describe('a dead letter', () => {
  const decide = (accountId: string, id: string, decision: DeadLetterDecision) =>
    test.database.transaction({ accountId }, (scope) =>
      deadLetterRecords(scope).decide(id, decision),
    );

  it('is delivered again in its place, before all that waited behind it', async () => {
    answers = { 'redriven/2': dead };
    start();
    await emit('redriven', 1, 2, 3);
    const { dead_letter_id: id, waiting } = await deadLetter('redriven');
    expect(waiting).toBe(1);
    await emit('redriven', 4);
    await sleep(200);
    expect(lane('redriven')).toEqual(numbered('redriven', 1));
    answers = {};
    expect(await decide(account, id, 'redrive')).toBe(true);
    await eventually(() => expect(lane('redriven')).toEqual(numbered('redriven', 1, 2, 3, 4)));
    expect(await decide(account, id, 'redrive')).toBe(false);
  });

  it('is left out for good', async () => {
    answers = { 'skipped/2': dead };
    start();
    await emit('skipped', 1, 2, 3);
    const { dead_letter_id: id } = await deadLetter('skipped');
    expect(await decide(account, id, 'skip')).toBe(true);
    await eventually(() => expect(lane('skipped')).toEqual(numbered('skipped', 1, 3)));
    await emit('skipped', 4);
    await eventually(() => expect(lane('skipped')).toEqual(numbered('skipped', 1, 3, 4)));
  });

  it('lets its lane go on and is kept, to be delivered again later', async () => {
    answers = { 'released/2': dead };
    start();
    await emit('released', 1, 2, 3);
    const { dead_letter_id: id } = await deadLetter('released');
    expect(await decide(account, id, 'release')).toBe(true);
    await eventually(() => expect(lane('released')).toEqual(numbered('released', 1, 3)));
    expect((await deadLetter('released')).released_at).not.toBeNull();
    answers = {};
    expect(await decide(account, id, 'redrive')).toBe(true);
    await eventually(() => expect(lane('released')).toEqual(numbered('released', 1, 3, 2)));
  });

  it('is nobody else’s to see or decide on', async () => {
    answers = { 'foreign/1': dead };
    start();
    await emit('foreign', 1);
    const { dead_letter_id: id } = await deadLetter('foreign');
    for (const stranger of [other, platformAccountId]) {
      for (const decision of ['redrive', 'skip', 'release'] as const)
        expect(await decide(stranger, id, decision)).toBe(false);
      expect(
        await deadLetterViews(test.database.reads({ accountId: stranger })).byId(id),
      ).toBeUndefined();
    }
  });
});

describe('a rewound consumer', () => {
  it('gets everything since an event again, in order, ahead of what it has not had', async () => {
    start();
    const [, second] = await emit('rewound', 1, 2, 3);
    await emit('rewound-too', 1);
    await eventually(() => expect(seen).toHaveLength(4));
    answers = { 'rewound/4': { kind: 'failed', error: 'NOT_NOW' } };
    await emit('rewound', 4, 5);
    await sleep(150);
    await consumerStore(roleScope(pool)).rewind('internal/test', { eventId: String(second) });
    answers = {};
    await eventually(() =>
      expect(lane('rewound')).toEqual(numbered('rewound', 1, 2, 3, 2, 3, 4, 5)),
    );
    await eventually(() => expect(lane('rewound-too')).toEqual(numbered('rewound-too', 1, 1)));
  });

  it('gets everything since a time again, also what is tried at that moment and what was dead', async () => {
    answers = { 'since/2': dead };
    start();
    const since = new Date(Date.now() - 1_000).toISOString();
    await emit('since', 1, 2, 3);
    await deadLetter('since');
    await emit('before', 1);
    answers = {};
    await consumerStore(roleScope(pool)).rewind('internal/test', { at: since });
    await eventually(() => expect(lane('since')).toEqual(numbered('since', 1, 1, 2, 3)));
    await eventually(async () => {
      const { rows } = await test.admin.query(
        // Everything rewound: the next test counts the waiting lanes. A dead letter from before
        // holds one lane.
        "select subject_id from platform.lanes where due_at is not null and subject_id <> 'foreign'",
      );
      expect(rows).toEqual([]);
    });
  });

  it('is nothing where nobody active has that name', async () => {
    const rewinding = consumerStore(roleScope(pool)).rewind('internal/nobody', {
      at: new Date().toISOString(),
    });
    expect(await rewinding).toBeUndefined();
  });

  it('waits while it is paused, and goes on where it was', async () => {
    start();
    const store = consumerStore(roleScope(pool));
    await eventually(async () => expect(await store.pause('internal/test')).toBe(true));
    await emit('paused', 1, 2);
    const standing = async () =>
      (await store.list()).find((each) => each.consumerId === 'internal/test');
    await eventually(async () =>
      expect(await standing()).toMatchObject({ pending: 2, pausedUntil: 'infinity' }),
    );
    await sleep(150);
    expect(lane('paused')).toEqual([]);
    await store.resume('internal/test');
    await eventually(() => expect(lane('paused')).toEqual(numbered('paused', 1, 2)));
  });
});

describe('the purge', () => {
  it('forgets what was sent 72 hours ago and keeps what is open or younger', async () => {
    answers = { 'purged/2': dead };
    start();
    await emit('purged', 1, 2, 3);
    await emit('kept', 1);
    await deadLetter('purged');
    await eventually(() => expect(lane('kept')).toEqual(numbered('kept', 1)));
    await relay?.stop();
    await test.admin.query(
      `update platform.deliveries set created_at = now() - interval '4 days', finished_at = finished_at - interval '73 hours'
       where event_id in (select event_id from platform.events where subject_id = 'purged')`,
    );
    expect(await purgeDeliveries(roleScope(pool))).toBeGreaterThan(0);
    const { rows } = await test.admin.query(
      `select e.subject_id, d.state from platform.deliveries d join platform.events e using (event_id)
       where e.subject_id in ('purged', 'kept') order by e.subject_id, d.subject_seq`,
    );
    expect(rows).toEqual([
      { subject_id: 'kept', state: 'SENT' },
      { subject_id: 'purged', state: 'DEAD' },
      { subject_id: 'purged', state: 'PENDING' },
    ]);
    expect(await purgeDeliveries(roleScope(pool))).toBe(0);
  });
});
