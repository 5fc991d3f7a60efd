import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type pg from 'pg';
import { signContext, type Context } from '../../db/shared/context.js';
import {
  createDatabase,
  createRolePool,
  statement,
  type Database,
  type Reader,
  type Transaction,
} from '../../db/shared/database.js';
import { createReader } from '../../db/shared/reader.js';
import { connectionOf, createSharedTransactions } from '../../db/shared/shared-transaction.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

/** The long run is by hand: CONTEXT_TRANSACTIONS=100000 npm test -- test/platform/context-pool.test.ts */
const transactions = Number(process.env['CONTEXT_TRANSACTIONS'] ?? 10_000);
const seed = Number(process.env['CONTEXT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const atOnce = 12;
const accounts = Array.from({ length: 50 }, () => randomUUID());

let test: TestDatabase;
let database: Database;
let readers: pg.Pool;
let read: Reader;
let readCheckouts = 0;
/** What a reader's connection said of its context when it was handed out, where it said anything. */
const leftOver: string[] = [];

function readerOf(pool: pg.Pool, contextKey: string): Reader {
  const sign = (context: Context, backendPid: number) => signContext(context, backendPid, contextKey);
  return createReader({ pool, sign, preparedOn: new WeakMap(), shared: createSharedTransactions() }, 'read');
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

/** Asks each connection before its reader does: queries of one connection are answered in order. */
function watched(pool: pg.Pool): pg.Pool {
  return pool.on('acquire', (client) => {
    readCheckouts += 1;
    client.query<{ found: string | null }>("select current_setting('millrace.context', true) as found").then(
      ({ rows }) => rows[0]?.found && leftOver.push(rows[0].found),
      // A connection that is gone has no context.
      () => undefined,
    );
  });
}

const whoAmI = 'select platform.current_account_id()::text as account';
const seen = statement('pool.seen', whoAmI);
const divided = statement('pool.divided', 'select 1 / ($1::int - 1) as x');
const slept = statement('pool.slept', 'select pg_sleep($1::float8)');
const ownPid = statement('pool.pid', 'select pg_backend_pid() as pid');

/** What a transaction may meet. Each answers whose it was, when it got so far. */
const fates = {
  async commit(account: string) {
    return database.inAccount(account, accountOf);
  },
  async read(account: string) {
    const [row] = await read.inAccount<{ account: string }>(account, seen, []);
    return row?.account;
  },
  async 'read principal'(account: string) {
    const [row] = await read.inPrincipal<{ account: string | null }>(account, seen, []);
    return row?.account ?? account;
  },
  async 'error of ours'(account: string) {
    return database.inAccount(account, async (trx) => {
      throw new Expected(await accountOf(trx));
    });
  },
  async 'error of PostgreSQL'(account: string) {
    return database.inAccount(account, async (trx) => {
      await trx.raw('select 1/0');
    });
  },
  async 'swallowed error'(account: string) {
    return database.inAccount(account, async (trx) => {
      await trx.raw('select 1/0').catch(() => undefined);
    });
  },
  async 'error of a read'(account: string) {
    await read.inAccount(account, divided, [1]);
  },
  async 'a context set by hand'(account: string) {
    return database.inAccount(account, async (trx) => {
      await trx.raw("select set_config('millrace.context', 'mine', true)");
      throw new Expected(account);
    });
  },
  async timeout(account: string) {
    return database.inAccount(account, async (trx) => {
      await trx.raw("set local statement_timeout = '2ms'");
      await trx.raw('select pg_sleep(1)');
    });
  },
  async cancellation(account: string) {
    return database.inAccount(account, async (trx) => {
      const pid = await pidOf(trx);
      await Promise.all([trx.raw('select pg_sleep(1)'), signal('pg_cancel_backend', pid)]);
    });
  },
  async termination(account: string) {
    return database.inAccount(account, async (trx) => {
      const pid = await pidOf(trx);
      await Promise.all([trx.raw('select pg_sleep(1)'), signal('pg_terminate_backend', pid)]);
    });
  },
  async 'cancelled read'(account: string) {
    const [row] = await read.inAccount<{ pid: number }>(account, ownPid, []);
    const sleeping = read.inAccount(account, slept, [0.02]);
    await signal('pg_cancel_backend', row?.pid ?? 0);
    await sleeping;
  },
  async 'terminated reader'(account: string) {
    const [row] = await read.inAccount<{ pid: number }>(account, ownPid, []);
    await signal('pg_terminate_backend', row?.pid ?? 0);
    const [after] = await read.inAccount<{ account: string }>(account, seen, []);
    return after?.account;
  },
  async 'client gone'(account: string) {
    return database.inAccount(account, async (trx) => {
      const { connection } = (await connectionOf(trx)) as unknown as { connection: pg.Connection };
      connection.stream.destroy();
      await trx.raw('select 1');
    });
  },
} as const;
type Fate = keyof typeof fates;
const names = Object.keys(fates) as Fate[];
/** Most end well; connections that break are dear, since the next one is opened anew. */
const rare: Partial<Record<Fate, number>> = {
  ...{ termination: 0.005, 'terminated reader': 0.005, 'client gone': 0.005 },
  ...{ cancellation: 0.02, 'cancelled read': 0.01, timeout: 0.02 },
};

class Expected extends Error {
  constructor(readonly account: string | undefined) {
    super('expected');
  }
}

async function accountOf(trx: Transaction): Promise<string | undefined> {
  const { rows } = await trx.raw<{ rows: { account: string }[] }>(whoAmI);
  return rows[0]?.account;
}
async function pidOf(trx: Transaction): Promise<number> {
  const { rows } = await trx.raw<{ rows: { pid: number }[] }>('select pg_backend_pid() as pid');
  return rows[0]?.pid ?? 0;
}
const signal = (how: string, pid: number) => test.admin.query(`select ${how}($1)`, [pid]);

/** A generator that a printed seed plays again (mulberry32). */
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
  const [common, uncommon] = [names.filter((name) => !(name in rare)), names.filter((name) => name in rare)];
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
          if (found !== undefined && found !== account) wrong.push(`${fate}: ${found} rather than ${account}`);
        } catch (error) {
          if (error instanceof Expected && error.account !== account) wrong.push(`${fate}: as ${error.account}`);
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
  await readerOf(pool, test.contextKey).inAccount(accounts[0] ?? '', seen, []);
  expect(leftOver.splice(0)).toEqual(['of somebody']);
  await pool.end();
});

it('gives a writer that carries a context over the one that it asks for, and none to a principal', async () => {
  const leaving = createDatabase({ url: test.urls.app, contextKey: test.contextKey, poolMax: 1 });
  const leave = (account: string) =>
    leaving.inAccount(account, (trx) =>
      trx.raw("select set_config('millrace.context', current_setting('millrace.context'), false)"),
    );
  await leave(accounts[0] ?? '');
  expect(await leaving.inAccount(accounts[1] ?? '', accountOf)).toBe(accounts[1]);
  await leave(accounts[0] ?? '');
  expect(await leaving.inPrincipal(accounts[1] ?? '', accountOf)).toBeNull();
  await leaving.close();
});
