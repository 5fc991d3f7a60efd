import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signContext } from '../../db/shared/context.js';
import { statement } from '../../db/shared/database.js';
import { clockDifference, databaseNow, noteDatabaseTime } from '../../db/shared/database-clock.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';

const account = '0190a000-0000-7000-8000-00000000000a';
const other = '0190a000-0000-7000-8000-00000000000b';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const seenAccount = statement(
  'test.seen',
  'select platform.current_account_id() as account_id, platform.current_principal_id() as principal_id',
);

describe('the signed context', () => {
  it('names the account for the length of a transaction, and nobody afterwards', async () => {
    const inside = await test.database.inAccount(account, (trx) =>
      trx.raw('select platform.current_account_id() as id'),
    );
    expect(inside.rows).toEqual([{ id: account }]);
    expect(await test.database.read.inAccount(account, seenAccount, [])).toEqual([
      { account_id: account, principal_id: null },
    ]);
    expect(await test.database.read.inPrincipal(other, seenAccount, [])).toEqual([
      { account_id: null, principal_id: other },
    ]);
  });

  it('reads concurrently without mixing accounts up', async () => {
    const accounts = Array.from({ length: 60 }, (_, i) => (i % 2 ? account : other));
    const seen = await Promise.all(
      accounts.map((id) => test.database.read.inAccount<{ account_id: string }>(id, seenAccount, [])),
    );
    expect(seen.map((rows) => rows[0]?.account_id)).toEqual(accounts);
  });

  it.each([
    ['an invented signature', (pid: number) => `${account}||9999999999|${pid}|${'0'.repeat(64)}`],
    ['another key', (pid: number) => signContext({ accountId: account }, pid, 'another key')],
    ['another backend', (pid: number) => signContext({ accountId: account }, pid + 1, test.contextKey)],
    [
      'a changed account',
      (pid: number) => signContext({ accountId: account }, pid, test.contextKey).replace(account, other),
    ],
    ['garbage', () => "|||'; drop table x"],
    [
      'a garbled expiry',
      (pid: number) => signContext({ accountId: account }, pid, test.contextKey).replace(/\|\d+\|/, '|x|'),
    ],
    [
      'a minute that is over',
      (pid: number) => {
        noteDatabaseTime(databaseNow() - 61_000, performance.now());
        return signContext({ accountId: account }, pid, test.contextKey);
      },
    ],
  ])('is an error, and no empty database, with %s', async (_, forge) => {
    const asking = test.database.inAccount(account, async (trx) => {
      const { rows } = await trx.raw('select pg_backend_pid() as pid');
      await trx.raw("select set_config('millrace.context', ?, true)", [forge(rows[0].pid)]);
      return trx.raw('select platform.current_account_id() as id');
    });
    await expect(asking).rejects.toMatchObject({ code: 'MR002' });
    // Whatever was wrong with the clock, it is asked for then.
    await eventually(() => expect(Math.abs(clockDifference())).toBeLessThan(1_000));
  });

  it('is none without a context, as for whoever has nothing to see', async () => {
    const seen = await test.database.inAccount(account, async (trx) => {
      await trx.raw("select set_config('millrace.context', '', true)");
      return trx.raw('select platform.current_account_id() as id');
    });
    expect(seen.rows).toEqual([{ id: null }]);
  });

  it('keeps its key from the application', async () => {
    await expect(
      test.database.inAccount(account, (trx) => trx.raw('select key from platform.context_keys')),
    ).rejects.toThrow(/permission denied/);
  });

  it('reports a commit that PostgreSQL turned into a rollback', async () => {
    const swallowed = test.database.inAccount(account, async (trx) => {
      await trx.raw('select 1/0').catch(() => undefined);
    });
    await expect(swallowed).rejects.toThrow('rolled back');
  });

  it('gives a connection back usable after a failed read', async () => {
    const failing = statement('test.failing', 'select 1 / $1::int as x');
    await expect(test.database.read.inAccount(account, failing, [0])).rejects.toThrow(/division/);
    expect(await test.database.read.inAccount(account, failing, [1])).toEqual([{ x: 1 }]);
  });
});
