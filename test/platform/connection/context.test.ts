import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signContext } from '../../../db/connection/context.js';
import { integer, orNull, uuid } from '../../../db/connection/column.js';
import { query } from '../../../db/connection/query.js';
import {
  clockDifference,
  databaseNow,
  noteDatabaseTime,
} from '../../../db/connection/database-clock.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';
import { eventually } from '../../support/timing/eventually.js';

const account = '0190a000-0000-7000-8000-00000000000a';
const other = '0190a000-0000-7000-8000-00000000000b';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const seenAccount = query({
  name: 'test.seen',
  row: { accountId: orNull(uuid), principalId: orNull(uuid) },
  text: 'select platform.current_account_id() as account_id, platform.current_principal_id() as principal_id',
});
const failing = query({
  name: 'test.failing',
  parameters: { divisor: integer },
  row: { x: integer },
  text: 'select 1 / :divisor as x',
});
const context = { accountId: account };

describe('the signed context', () => {
  it('names the account for the length of a transaction, and nobody afterwards', async () => {
    const own = [{ accountId: account, principalId: null }];
    const inside = await test.database.transaction(context, (scope) => scope.read(seenAccount, {}));
    expect(inside).toEqual(own);
    expect(await test.database.reads(context).read(seenAccount, {})).toEqual(own);
    expect(await test.database.reads({ principalId: other }).read(seenAccount, {})).toEqual([
      { accountId: null, principalId: other },
    ]);
  });

  it('reads concurrently without mixing accounts up', async () => {
    const accounts = Array.from({ length: 60 }, (_, i) => (i % 2 ? account : other));
    const seen = await Promise.all(
      accounts.map((id) => test.database.reads({ accountId: id }).read(seenAccount, {})),
    );
    expect(seen.map((rows) => rows[0]?.accountId)).toEqual(accounts);
  });

  it.each([
    ['an invented signature', (pid: number) => `${account}||9999999999|${pid}|${'0'.repeat(64)}`],
    ['another key', (pid: number) => signContext({ accountId: account }, pid, 'another key')],
    [
      'another backend',
      (pid: number) => signContext({ accountId: account }, pid + 1, test.contextKey),
    ],
    [
      'a changed account',
      (pid: number) =>
        signContext({ accountId: account }, pid, test.contextKey).replace(account, other),
    ],
    ['garbage', () => "|||'; drop table x"],
    [
      'a garbled expiry',
      (pid: number) =>
        signContext({ accountId: account }, pid, test.contextKey).replace(/\|\d+\|/, '|x|'),
    ],
    [
      'a minute that is over',
      (pid: number) => {
        noteDatabaseTime(databaseNow() - 61_000, performance.now());
        return signContext({ accountId: account }, pid, test.contextKey);
      },
    ],
  ])('is an error, and no empty database, with %s', async (_, forge) => {
    const asking = test.database.transaction(context, async ({ transaction: trx }) => {
      const { rows } = await trx.raw('select pg_backend_pid() as pid');
      await trx.raw("select set_config('millrace.context', ?, true)", [forge(rows[0].pid)]);
      return trx.raw('select platform.current_account_id() as id');
    });
    await expect(asking).rejects.toMatchObject({ code: 'MR002' });
    // After any fault of the clock, the time is asked for then.
    await eventually(() => expect(Math.abs(clockDifference())).toBeLessThan(1_000));
  });

  it('is none without a context, as for whoever has nothing to see', async () => {
    const seen = await test.database.transaction(context, async ({ transaction: trx }) => {
      await trx.raw("select set_config('millrace.context', '', true)");
      return trx.raw('select platform.current_account_id() as id');
    });
    expect(seen.rows).toEqual([{ id: null }]);
  });

  it('keeps its key from the application', async () => {
    await expect(
      test.database.transaction(context, ({ transaction }) =>
        transaction.raw('select key from platform.context_keys'),
      ),
    ).rejects.toThrow(/permission denied/);
  });

  it('reports a commit that PostgreSQL turned into a rollback', async () => {
    const swallowed = test.database.transaction(context, async ({ transaction: trx }) => {
      await trx.raw('select 1/0').catch(() => undefined);
    });
    await expect(swallowed).rejects.toThrow('rolled back');
  });

  it('gives a connection back usable after a failed read', async () => {
    const reading = test.database.reads(context);
    await expect(reading.read(failing, { divisor: 0 })).rejects.toThrow(/division/);
    expect(await reading.read(failing, { divisor: 1 })).toEqual([{ x: 1 }]);
  });
});
