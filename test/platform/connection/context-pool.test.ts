import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type pg from 'pg';
import { float, integer, orNull, text } from '../../../db/connection/column.js';
import { signContext, type Context } from '../../../db/connection/context.js';
import {
  createDatabase,
  createRolePool,
  type Database,
  type ReadScope,
  type WriteScope,
} from '../../../db/connection/database.js';
import { createReader } from '../../../db/connection/reader.js';
import { query } from '../../../db/connection/query.js';
import { ReaderScope } from '../../../db/connection/scope.js';
import { connectionOf } from '../../../db/connection/signed-transaction.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';

/**
 * The long run is by hand: CONTEXT_TRANSACTIONS=100000 npm test --
 * test/platform/connection/context-pool.test.ts
 */
const transactions = Number(process.env['CONTEXT_TRANSACTIONS'] ?? 10_000);
const seed = Number(process.env['CONTEXT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const atOnce = 12;
const accounts = Array.from({ length: 50 }, () => randomUUID());

let test: TestDatabase;
let database: Database;
let readers: pg.Pool;
let read: (context: Context) => ReadScope;
let readCheckouts = 0;
/** Contexts left on a reader's connection at handing out. */
const leftOver: string[] = [];

function readerOf(pool: pg.Pool, contextKey: string): typeof read {
  const sign = (context: Context, backendPid: number) =>
    signContext(context, backendPid, contextKey);
  const ask = createReader({ pool, sign, preparedOn: new WeakMap() }, 'read');
  return (context) => new ReaderScope(context, ask);
}

beforeAll(async () => {
  test = await createTestDatabase();
  const { urls, contextKey } = test;
  // Fewer connections than askers, so that each is handed on at once, to another account.
  database = createDatabase({ url: urls.app, contextKey, poolMax: 4 });
  readers = watched(createRolePool(urls.app, { max: 4 }));
  read = readerOf(readers, contextKey);
});
afterAll(async () => {
  await Promise.all([database.close(), readers.end()]);
  await test.drop();
});

/** Asks each connection before the reader does: queries of one connection are answered in order. */
function watched(pool: pg.Pool): pg.Pool {
  return pool.on('acquire', (client) => {
    readCheckouts += 1;
    client
      .query<{ found: string | null }>("select current_setting('millrace.context', true) as found")
      .then(
        ({ rows }) => rows[0]?.found && leftOver.push(rows[0].found),
        // A lost connection has no context.
        () => undefined,
      );
  });
}

const whoAmI = 'select platform.current_account_id()::text as account';
const seen = query({ name: 'pool.seen', row: { account: orNull(text) }, text: whoAmI });
const divided = query({
  name: 'pool.divided',
  parameters: { divisor: integer },
  row: { x: integer },
  text: 'select 1 / (:divisor - 1) as x',
});
const slept = query({
  name: 'pool.slept',
  parameters: { seconds: float },
  row: { nothing: text },
  text: 'select pg_sleep(:seconds)::text as nothing',
});
const ownPid = query({
  name: 'pool.pid',
  row: { pid: integer },
  text: 'select pg_backend_pid() as pid',
});

const inAccount = <T>(
  account: string,
  work: (scope: WriteScope) => Promise<T>,
  on = database,
): Promise<T> => on.transaction({ accountId: account }, work);

/** Possible fates of a transaction. Each answers the account, when the transaction got so far. */
const fates = {
  async commit(account: string) {
    return inAccount(account, accountOf);
  },
  async read(account: string) {
    const [row] = await read({ accountId: account }).read(seen, {});
    return row?.account;
  },
  async 'read principal'(account: string) {
    const [row] = await read({ principalId: account }).read(seen, {});
    return row?.account ?? account;
  },
  async 'error of ours'(account: string) {
    return inAccount(account, async (scope) => {
      throw new Expected(await accountOf(scope));
    });
  },
  async 'error of PostgreSQL'(account: string) {
    return inAccount(account, async (scope) => {
      await scope.transaction.raw('select 1/0');
    });
  },
  async 'swallowed error'(account: string) {
    return inAccount(account, async (scope) => {
      await scope.transaction.raw('select 1/0').catch(() => undefined);
    });
  },
  async 'error of a read'(account: string) {
    await read({ accountId: account }).read(divided, { divisor: 1 });
  },
  async 'a context set by hand'(account: string) {
    return inAccount(account, async (scope) => {
      await scope.transaction.raw("select set_config('millrace.context', 'mine', true)");
      throw new Expected(account);
    });
  },
  async timeout(account: string) {
    return inAccount(account, async (scope) => {
      await scope.transaction.raw("set local statement_timeout = '2ms'");
      await scope.transaction.raw('select pg_sleep(1)');
    });
  },
  async cancellation(account: string) {
    return inAccount(account, async (scope) => {
      const pid = await pidOf(scope);
      await Promise.all([
        scope.transaction.raw('select pg_sleep(1)'),
        signal('pg_cancel_backend', pid),
      ]);
    });
  },
  async termination(account: string) {
    return inAccount(account, async (scope) => {
      const pid = await pidOf(scope);
      await Promise.all([
        scope.transaction.raw('select pg_sleep(1)'),
        signal('pg_terminate_backend', pid),
      ]);
    });
  },
  async 'cancelled read'(account: string) {
    const [row] = await read({ accountId: account }).read(ownPid, {});
    const sleeping = read({ accountId: account }).read(slept, { seconds: 0.02 });
    await signal('pg_cancel_backend', row?.pid ?? 0);
    await sleeping;
  },
  async 'terminated reader'(account: string) {
    const [row] = await read({ accountId: account }).read(ownPid, {});
    await signal('pg_terminate_backend', row?.pid ?? 0);
    const [after] = await read({ accountId: account }).read(seen, {});
    return after?.account;
  },
  async 'client gone'(account: string) {
    return inAccount(account, async (scope) => {
      const { connection } = (await connectionOf(scope.transaction)) as unknown as {
        connection: pg.Connection;
      };
      connection.stream.destroy();
      await scope.transaction.raw('select 1');
    });
  },
} as const;
type Fate = keyof typeof fates;
const names = Object.keys(fates) as Fate[];
/** Most end well; broken connections are dear, since the next connection is opened anew. */
const rare: Partial<Record<Fate, number>> = {
  termination: 0.005,
  'terminated reader': 0.005,
  'client gone': 0.005,
  cancellation: 0.02,
  'cancelled read': 0.01,
  timeout: 0.02,
};

class Expected extends Error {
  constructor(readonly account: string | null | undefined) {
    super('expected');
  }
}

async function accountOf(scope: WriteScope): Promise<string | null | undefined> {
  const [row] = await scope.read(seen, {});
  return row?.account;
}
async function pidOf(scope: WriteScope): Promise<number> {
  const [row] = await scope.read(ownPid, {});
  return row?.pid ?? 0;
}
const signal = (how: string, pid: number) => test.admin.query(`select ${how}($1)`, [pid]);

/** A generator replayed by a printed seed (mulberry32). */
function createRandom(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = createRandom(seed);
function fateOf(): Fate {
  const [common, uncommon] = [
    names.filter((name) => !(name in rare)),
    names.filter((name) => name in rare),
  ];
  const drawn = random();
  let upTo = 0;
  for (const name of uncommon) if (drawn < (upTo += rare[name] ?? 0)) return name;
  return common[Math.floor(random() * common.length)] ?? 'commit';
}

it(
  `leaves no context on a connection, whatever becomes of ${transactions} transactions (seed ${seed})`,
  async () => {
    const happened = new Map<Fate, number>();
    const wrong: string[] = [];
    let left = transactions;
    const work = async (): Promise<void> => {
      while (left-- > 0) {
        const [fate, account] = [fateOf(), accounts[Math.floor(random() * accounts.length)] ?? ''];
        happened.set(fate, (happened.get(fate) ?? 0) + 1);
        try {
          const found = await fates[fate](account);
          if (found !== undefined && found !== account)
            wrong.push(`${fate}: ${found} rather than ${account}`);
        } catch (error) {
          if (error instanceof Expected && error.account !== account)
            wrong.push(`${fate}: as ${error.account}`);
        }
        if (wrong.length > 10) return;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    expect(wrong).toEqual([]);
    expect([...happened.keys()].sort()).toEqual([...names].sort());
    expect(readCheckouts).toBeGreaterThan(transactions / 10);
    expect(leftOver).toEqual([]);
  },
  transactions * 20 + 60_000,
);

it('finds a context that is left over on a reader', async () => {
  const pool = watched(createRolePool(test.urls.app, { max: 1 }));
  await pool.query("select set_config('millrace.context', 'of somebody', false)");
  await readerOf(pool, test.contextKey)({ accountId: accounts[0] ?? '' }).read(seen, {});
  expect(leftOver.splice(0)).toEqual(['of somebody']);
  await pool.end();
});

it('gives a writer that carries a context over the one that it asks for, and none to a principal', async () => {
  const leaving = createDatabase({ url: test.urls.app, contextKey: test.contextKey, poolMax: 1 });
  const leave = (account: string) =>
    inAccount(
      account,
      ({ transaction }) =>
        transaction.raw(
          "select set_config('millrace.context', current_setting('millrace.context'), false)",
        ),
      leaving,
    );
  await leave(accounts[0] ?? '');
  expect(await inAccount(accounts[1] ?? '', accountOf, leaving)).toBe(accounts[1]);
  await leave(accounts[0] ?? '');
  expect(await leaving.transaction({ principalId: accounts[1] ?? '' }, accountOf)).toBeNull();
  await leaving.close();
});
