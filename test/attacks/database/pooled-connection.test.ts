import { randomUUID } from 'node:crypto';
import { integer, text, uuid } from '../../../db/connection/column.js';
import { query, type Query } from '../../../db/connection/query.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createDatabase, createRolePool, type Database } from '../../../db/connection/database.js';
import { assertBoundRole } from '../../../db/setup/role-guard.js';
import { textQuery } from '../../support/servers/text-query.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';

/**
 * An attacker able to run any statement as millrace_app, on a connection handed to others
 * afterwards.
 */
let test: TestDatabase;
/** One connection a pool, so that the next caller gets the same connection. */
let database: Database;
const [attacker, victim] = [randomUUID(), randomUUID()];
const standing = query({
  name: 'test.standing',
  row: { account: uuid },
  text: 'select platform.current_account_id() as account',
});
const backend = textQuery('select pg_backend_pid() as pid', { pid: integer });

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(() => {
  database = createDatabase({ url: test.urls.app, contextKey: test.contextKey, poolMax: 1 });
});
afterEach(() => database.close());

type Run = <Row>(accountId: string, asked: Query<Record<never, never>, Row>) => Promise<Row[]>;
const run: Record<'reader' | 'writer', Run> = {
  reader: (accountId, asked) => database.reads({ accountId }).read(asked, {}),
  writer: (accountId, asked) =>
    database.transaction({ accountId }, (scope) => scope.run(asked, {})),
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
    await run[road](attacker, textQuery(leave));
    const [seen] = await run[road](victim, textQuery(look, { found: text }));
    expect(seen?.found).toBe(expected);
  });

  it('nobody prepares under the name that is asked for next', async () => {
    const planted = "select '00000000-0000-0000-0000-000000000666' as account";
    await run[road](attacker, textQuery(`prepare "${standing.name}" as ${planted}`));
    expect(await run[road](victim, standing)).toEqual([{ account: victim }]);
  });

  it('a text of several commands is refused by PostgreSQL', async () => {
    const several = run[road](attacker, textQuery('select 1; select 2'));
    await expect(several).rejects.toMatchObject({ code: '42601' });
  });

  it('a statement that somebody unprepared costs its connection, and no more than one request', async () => {
    const next = () => run[road](victim, standing);
    expect(await next()).toEqual([{ account: victim }]);
    await run[road](attacker, textQuery('deallocate all'));
    await next().catch(() => undefined);
    expect(await next()).toEqual([{ account: victim }]);
  });
});

it('has the same connection for both in these tests', async () => {
  expect(await run.reader(victim, backend)).toEqual(await run.reader(attacker, backend));
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
    const name = nameOf(test.urls.app);
    const change = `alter role millrace_app in database ${name} set search_path = water`;
    await run.writer(attacker, textQuery(change));
    const pool = createRolePool(test.urls.app, { max: 1 });
    try {
      expect((await pool.query('show search_path')).rows).toEqual([{ search_path: 'public' }]);
      await expect(assertBoundRole(pool)).rejects.toThrow(
        /millrace_app has settings of its own \(search_path\)/,
      );
    } finally {
      await pool.end();
    }
  });
});
