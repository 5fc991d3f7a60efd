import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorReply } from '../../api/shared/errors.js';
import { statement, type Transaction } from '../../db/shared/database.js';
import { newId } from '../../db/shared/id.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

/** PostgreSQL ends the connection of a transaction, as when it is stopped. */
async function end(trx: Transaction): Promise<void> {
  const { rows } = await trx.raw<{ rows: { pid: number }[] }>('select pg_backend_pid() as pid');
  await test.admin.query('select pg_terminate_backend($1, 10000)', [rows[0]?.pid]);
}
const answerTo = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'nothing happened',
    (error: unknown) => {
      const { status, body } = errorReply(error, 'r');
      return [status, body.error_code];
    },
  );
const unavailable = [503, 'SERVICE_UNAVAILABLE'];

describe('a connection that PostgreSQL ends is an outage, and no bug of ours', () => {
  it('before a statement', async () => {
    const work = test.database.inAccount(newId(), async (trx) => {
      await end(trx);
      await trx.raw('select 1');
    });
    expect(await answerTo(work)).toEqual(unavailable);
  });

  it('before the commit', async () => {
    expect(await answerTo(test.database.inAccount(newId(), end))).toEqual(unavailable);
  });

  it('before the transaction of a request rolls back', async () => {
    const work = test.database.together({ accountId: newId() }, async (trx) => {
      await end(trx);
      await Promise.allSettled([trx.raw('select 1')]);
      await trx.raw('select 2');
    });
    expect(await answerTo(work)).toEqual(unavailable);
  });

  it('while it is asked', async () => {
    const slow = statement('test.slow', 'select pg_sleep(60)');
    const read = test.database.read.inAccount(newId(), slow, []);
    const ended = async () => {
      for (;;) {
        const { rowCount } = await test.admin.query(
          `select pg_terminate_backend(a.pid) from pg_stat_activity a
           where a.datname = current_database() and a.state = 'active' and a.query = 'select pg_sleep(60)'`,
        );
        if (rowCount) return;
      }
    };
    const [answer] = await Promise.all([answerTo(read), ended()]);
    expect(answer).toEqual(unavailable);
  });
});
