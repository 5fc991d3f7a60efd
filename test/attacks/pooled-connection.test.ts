import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createDatabase, createRolePool, statement, type Database } from '../../db/shared/database.js';
import { runHot } from '../../db/shared/hot.js';
import { assertBoundRole } from '../../db/shared/role-guard.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

/** An attacker who can run any statement as millrace_app, on a connection that others are handed afterwards. */
let test: TestDatabase;
/** One connection a pool, so that whoever comes next gets it. */
let database: Database;
const [attacker, victim] = [randomUUID(), randomUUID()];
const standing = statement('caller.standing', 'select platform.current_account_id()::text as account');
const pid = statement('pool.pid', 'select pg_backend_pid() as pid');

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(() => {
  database = createDatabase({ url: test.urls.app, contextKey: test.contextKey, poolMax: 1 });
});
afterEach(() => database.close());

const asReader = <Row>(text: string) => database.read.inAccount<Row>(attacker, statement(randomUUID(), text), []);
const asWriter = (text: string) => database.inAccount(attacker, (trx) => trx.raw<{ rows: object[] }>(text));
const roads = { reader: asReader, writer: asWriter };
const seenByNext = {
  reader: async (text: string) =>
    (await database.read.inAccount<{ found: unknown }>(victim, statement(randomUUID(), text), []))[0]?.found,
  writer: async (text: string) =>
    database.inAccount(victim, async (trx) => (await trx.raw<{ rows: { found: unknown }[] }>(text)).rows[0]?.found),
};

describe.each(['reader', 'writer'] as const)('on a connection of a %s', (road) => {
  it.each([
    [
      'a setting',
      "select set_config('statement_timeout', '1', false)",
      "select current_setting('statement_timeout') as found",
      '15s',
    ],
    [
      'a search path',
      "select set_config('search_path', 'water', false)",
      "select current_setting('search_path') as found",
      'public',
    ],
    [
      'a context',
      "select set_config('millrace.context', current_setting('millrace.context'), false)",
      'select platform.current_account_id()::text as found',
      victim,
    ],
    [
      'a lock',
      'select pg_advisory_lock(4711)',
      "select count(*)::int as found from pg_locks where locktype = 'advisory' and objid = 4711 and pid = pg_backend_pid()",
      0,
    ],
  ])('%s that was left there is gone for the next holder', async (_what, leave, look, expected) => {
    await roads[road](leave);
    expect(await seenByNext[road](look)).toBe(expected);
  });

  it('nobody prepares under the name that is asked for next', async () => {
    const planted = "select '00000000-0000-0000-0000-000000000666' as account";
    await roads[road](`prepare "caller.standing" as ${planted}`);
    const next = { reader: readStanding, writer: runStanding }[road];
    expect(await next()).toBe(victim);
  });

  it('a text of several commands is refused by PostgreSQL', async () => {
    await expect(roads[road]('select 1; select 2')).rejects.toMatchObject({ code: '42601' });
  });

  it('a statement that somebody unprepared costs its connection, and no more than one request', async () => {
    const next = { reader: readStanding, writer: runStanding }[road];
    expect(await next()).toBe(victim);
    await roads[road]('deallocate all');
    await next().catch(() => undefined);
    expect(await next()).toBe(victim);
  });
});

const readStanding = async () => (await database.read.inAccount<{ account: string }>(victim, standing, []))[0]?.account;
const runStanding = () =>
  database.inAccount(victim, async (trx) => (await runHot<{ account: string }>(trx, standing, []))[0]?.account);

it('has the same connection for both in these tests', async () => {
  const [first] = await database.read.inAccount<{ pid: number }>(attacker, pid, []);
  expect(await database.read.inAccount(victim, pid, [])).toEqual([first]);
});

describe('a pool of another role', () => {
  let pool: pg.Pool;
  beforeAll(() => {
    pool = createRolePool(test.urls.relay, { max: 1 });
  });
  afterAll(() => pool.end());

  it('takes no text of several commands either', async () => {
    await expect(pool.query('select 1; select 2')).rejects.toMatchObject({ code: '42601' });
  });
});

describe('a role that has altered itself', () => {
  /** Of this database alone: the cluster's other databases are used by other tests. */
  const nameOf = (url: string): string => new URL(url).pathname.slice(1);

  it('is led nowhere by its search path, and refused at the next start', async () => {
    await database.inAccount(attacker, (trx) =>
      trx.raw(`alter role millrace_app in database ${nameOf(test.urls.app)} set search_path = water`),
    );
    const pool = createRolePool(test.urls.app, { max: 1 });
    try {
      expect((await pool.query('show search_path')).rows).toEqual([{ search_path: 'public' }]);
      await expect(assertBoundRole(pool)).rejects.toThrow(/millrace_app has settings of its own \(search_path\)/);
    } finally {
      await pool.end();
    }
  });
});
