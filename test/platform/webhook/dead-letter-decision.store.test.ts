import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  deadLetterDecisionRecords,
  type AskedDecision,
} from '../../../db/platform/webhook/dead-letter-decision.records.js';
import { deadLetterDecisionStore } from '../../../db/platform/webhook/dead-letter-decision.store.js';
import { deadLetterRecords } from '../../../db/platform/webhook/dead-letter.records.js';
import { platformAccountId } from '../../../db/connection/database.js';
import { newId } from '../../../db/shared/id.js';
import type { DeadLetterDecision } from '../../../workflows/platform/dead-letter.contract.js';
import type {
  DeadLetterDecisionInput,
  DeadLetterDecisionProgress,
} from '../../../workflows/platform/dead-letter-decision.contract.js';
import { describeProgress } from '../../../workflows/platform/dead-letter-decision.rules.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';
import { eventually } from '../../support/timing/eventually.js';

let test: TestDatabase;
let account: string;

beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => {
  account = newId();
});
afterAll(() => test.drop());

interface Buried {
  accountId?: string | null;
  consumerId?: string;
  eventType?: string;
  released?: boolean;
}

/** Dead letters, each in a held lane of its own, in the order of the names. */
async function bury(
  names: readonly string[],
  { accountId = account, ...more }: Buried = {},
): Promise<string[]> {
  const { consumerId = 'internal/gone', eventType = 'TEST_HAPPENED', released = false } = more;
  const ids: string[] = [];
  for (const name of names) {
    const { rows } = await test.admin.query<{ id: string }>(
      `with lane as (
         insert into platform.lanes (consumer_id, subject_type, subject_id, due_at)
         values ($2, 'test', $3, case when $5 then now() else 'infinity' end) returning lane_id)
       insert into platform.deliveries (account_id, consumer_id, lane_id, event_id, event_type, subject_seq, state, attempts,
         dead_at, released_at)
       select $1, $2, l.lane_id, gen_random_uuid(), $4, 1, 'DEAD', 10, now(), case when $5 then '2026-01-01'::timestamptz end
       from lane l returning delivery_id as id`,
      [accountId, consumerId, `${accountId}/${name}`, eventType, released],
    );
    ids.push(rows[0]?.id ?? '');
  }
  return ids;
}

const dieAgain = (id: string | undefined, moment = 'now') =>
  test.admin.query(
    "update platform.deliveries set state = 'DEAD', attempts = 10, dead_at = $2::timestamptz where delivery_id = $1",
    [id, moment],
  );

/** The fates of the letters: state, and whether something holds the lane. */
async function fates(ids: readonly string[]): Promise<string[]> {
  const { rows } = await test.admin.query<{ fate: string }>(
    `select d.state || case when d.released_at is null then '' else ' released' end
       || case when l.due_at = 'infinity' then ' held' else '' end as fate
     from platform.deliveries d join platform.lanes l using (lane_id)
     join unnest($1::uuid[]) with ordinality as i(id, n) on i.id = d.delivery_id order by i.n`,
    [ids],
  );
  return rows.map(({ fate }) => fate);
}
const all = (count: number, fate: string): string[] => Array.from({ length: count }, () => fate);

async function ask(
  decision: DeadLetterDecision,
  { accountId = account, ...filter }: Partial<AskedDecision> & { accountId?: string | null } = {},
): Promise<DeadLetterDecisionInput> {
  const asked = { consumer_id: null, event_type: null, ...filter, decision };
  const decisionId = await test.database.transaction(
    { accountId: accountId ?? platformAccountId, principalId: newId() },
    (scope) => deadLetterDecisionRecords(scope).request(asked),
  );
  return { accountId, decision, decisionId };
}
const decideOnSet = (
  { accountId, decisionId }: DeadLetterDecisionInput,
  size: number,
): Promise<DeadLetterDecisionProgress> =>
  test.database.transaction({ accountId: accountId ?? platformAccountId }, (scope) =>
    deadLetterDecisionStore(scope).decideOnSet(decisionId, size),
  );

/** Each set's answer. */
async function carryOut(
  of: DeadLetterDecisionInput,
  size = 2,
): Promise<DeadLetterDecisionProgress[]> {
  const sets = [await decideOnSet(of, size)];
  while (sets.at(-1)?.status === 'RUNNING') sets.push(await decideOnSet(of, size));
  return sets;
}
const totalOf = (sets: readonly DeadLetterDecisionProgress[]) => sets.at(-1);

describe('a decision on all dead letters', () => {
  it.each<[DeadLetterDecision, string]>([
    ['redrive', 'PENDING'],
    ['skip', 'SKIPPED'],
    ['release', 'DEAD released'],
  ])('to %s is carried out set by set, and lets their lanes go', async (decision, fate) => {
    const ids = await bury(['a', 'b', 'c', 'd', 'e']);
    expect(await carryOut(await ask(decision))).toEqual([
      { status: 'RUNNING', done: 2, total: 5 },
      { status: 'RUNNING', done: 4, total: 5 },
      { status: 'DONE', done: 5, total: 5 },
    ]);
    expect(await fates(ids)).toEqual(all(5, fate));
    expect(totalOf(await carryOut(await ask('skip')))).toMatchObject({
      done: decision === 'release' ? 5 : 0,
    });
  });

  it('delivers again and leaves out what was released, and releases it no second time', async () => {
    const [held, released] = [
      await bury(['a', 'b']),
      await bury(['c', 'd', 'e'], { released: true }),
    ];
    expect(totalOf(await carryOut(await ask('release')))).toEqual({
      status: 'DONE',
      done: 2,
      total: 2,
    });
    const { rows } = await test.admin.query(
      "select count(*)::int as count from platform.deliveries where account_id = $1 and released_at = '2026-01-01'",
      [account],
    );
    expect(rows).toEqual([{ count: 3 }]);
    expect(totalOf(await carryOut(await ask('redrive')))).toEqual({
      status: 'DONE',
      done: 5,
      total: 5,
    });
    expect(await fates([...held, ...released])).toEqual(all(5, 'PENDING'));
  });

  it('is on those of a consumer, or of events of a type, where it says so', async () => {
    const ids = [
      ...(await bury(['a'])),
      ...(await bury(['b'], { consumerId: 'internal/other' })),
      ...(await bury(['c'], { eventType: 'TEST_OTHER' })),
    ];
    expect(
      totalOf(await carryOut(await ask('redrive', { consumer_id: 'internal/other' }))),
    ).toMatchObject({
      total: 1,
    });
    expect(await fates(ids)).toEqual(['DEAD held', 'PENDING', 'DEAD held']);
    await carryOut(await ask('skip', { event_type: 'TEST_OTHER', consumer_id: 'internal/gone' }));
    expect(await fates(ids)).toEqual(['DEAD held', 'PENDING', 'SKIPPED']);
  });

  it('touches those of no other account, and those of no account by the platform alone', async () => {
    const other = await bury(['a'], { accountId: newId() });
    const nobodys = await bury(['a', 'b'], { accountId: null });
    expect(totalOf(await carryOut(await ask('skip')))).toEqual({
      status: 'DONE',
      done: 0,
      total: 0,
    });
    expect(await fates(nobodys)).toEqual(all(2, 'DEAD held'));
    expect(totalOf(await carryOut(await ask('redrive', { accountId: null })))).toMatchObject({
      done: 2,
      total: 2,
    });
    expect(await fates([...nobodys, ...other])).toEqual(['PENDING', 'PENDING', 'DEAD held']);
  });

  it('leaves what died after it was asked for, for the first time or again', async () => {
    const ids = await bury(['a', 'b', 'c', 'd']);
    const of = await ask('redrive');
    await decideOnSet(of, 2);
    await dieAgain(ids[0]);
    // Even where the clock was put back in between.
    await dieAgain(ids[1], '2026-01-01');
    // Redriven by somebody else meanwhile, and dead again before the decision.
    await dieAgain(ids[3]);
    const late = await bury(['e']);
    expect(totalOf(await carryOut(of))).toEqual({ status: 'DONE', done: 3, total: 4 });
    expect(await fates([...ids, ...late])).toEqual([
      'DEAD',
      'DEAD',
      'PENDING',
      'DEAD held',
      'DEAD held',
    ]);
  });

  it('counts what it decided itself', async () => {
    const [, second = ''] = await bury(['a', 'b', 'c']);
    const of = await ask('redrive');
    await decideOnSet(of, 1);
    await test.database.transaction({ accountId: account }, (scope) =>
      deadLetterRecords(scope).decide(second, 'skip'),
    );
    expect(totalOf(await carryOut(of))).toEqual({ status: 'DONE', done: 2, total: 3 });
  });

  it('decides nothing more once it has failed', async () => {
    const ids = await bury(['a', 'b', 'c']);
    const of = await ask('redrive');
    await decideOnSet(of, 2);
    await test.database.transaction({ accountId: account }, (scope) =>
      deadLetterDecisionStore(scope).fail(of.decisionId),
    );
    expect(await decideOnSet(of, 2)).toEqual({ status: 'FAILED', done: 2, total: 3 });
    expect(await fates(ids)).toEqual(['PENDING', 'PENDING', 'DEAD held']);
  });
});

describe('a set', () => {
  it('is counted once, also when attempts go on side by side', async () => {
    const ids = await bury(Array.from({ length: 40 }, (_, n) => `lane-${n}`));
    const of = await ask('redrive');
    const attempts = await Promise.all([carryOut(of, 3), carryOut(of, 3), carryOut(of, 3)]);
    for (const sets of attempts)
      expect(totalOf(sets)).toEqual({ status: 'DONE', done: 40, total: 40 });
    expect(await fates(ids)).toEqual(all(40, 'PENDING'));
  });

  it('does not count what somebody else decided while it waited', async () => {
    const ids = await bury(['a', 'b', 'c']);
    const of = await ask('redrive');
    const lock = await lockLaneOf(ids[1]);
    const set = decideOnSet(of, 3);
    await whoWaits();
    await lock.skip(ids[1]);
    await lock.release();
    expect(await set).toEqual({ status: 'RUNNING', done: 2, total: 3 });
    expect(await fates(ids)).toEqual(['PENDING', 'SKIPPED held', 'PENDING']);
  });

  it('that is cut off in its middle has decided and counted nothing', async () => {
    const ids = await bury(['a', 'b', 'c']);
    const of = await ask('skip');
    await decideOnSet(of, 1);
    const lock = await lockLaneOf(ids[1]);
    const cutOff = expect(decideOnSet(of, 2)).rejects.toThrow();
    await test.admin.query('select pg_cancel_backend($1)', [await whoWaits()]);
    await cutOff;
    await lock.release();
    expect(await fates(ids)).toEqual(['SKIPPED', 'DEAD held', 'DEAD held']);
    expect(totalOf(await carryOut(of))).toEqual({ status: 'DONE', done: 3, total: 3 });
  });

  it('locks its lanes in the order in which everybody does, whichever died first', async () => {
    const [z, a] = await bury(['z', 'a']);
    const of = await ask('redrive');
    const lock = await lockLaneOf(a);
    const set = decideOnSet(of, 2);
    await whoWaits();
    // The decision waits for the first lane, and so does not have the other: the holder of the
    // first may still take the other.
    await lock.also(z);
    await lock.release();
    expect(await set).toMatchObject({ done: 2 });
  });
});

/** In a transaction of somebody else's. */
async function lockLaneOf(id: string | undefined) {
  const client = await test.admin.connect();
  const also = (of: string | undefined) =>
    client.query(
      'select from platform.lanes l join platform.deliveries d using (lane_id) where d.delivery_id = $1 for update of l nowait',
      [of],
    );
  await client.query('begin');
  await also(id);
  return {
    also,
    skip: (of: string | undefined) =>
      client.query(
        "update platform.deliveries set state = 'SKIPPED', finished_at = now() where delivery_id = $1",
        [of],
      ),
    release: async () => {
      await client.query('commit');
      client.release();
    },
  };
}

/** The backend that waits for a lock. */
const whoWaits = (): Promise<number> =>
  eventually(async () => {
    const { rows } = await test.admin.query<{ pid: number }>(
      "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    if (!rows[0]) throw new Error('nobody waits');
    return rows[0].pid;
  });

it('says how far it is in words', () => {
  const progress = { done: 1_200, total: 3_400 };
  expect(describeProgress('redrive', progress)).toBe('redriven 1,200 of 3,400 dead letters');
  expect(describeProgress('skip', progress)).toBe('skipped 1,200 of 3,400 dead letters');
  expect(describeProgress('release', progress)).toBe('released 1,200 of 3,400 dead letters');
});
