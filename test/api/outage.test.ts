import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorReply } from '../../api/pipeline/errors.js';
import type { WriteScope } from '../../db/connection/database.js';
import { integer } from '../../db/connection/column.js';
import { newId } from '../../db/shared/id.js';
import { textQuery } from '../support/servers/text-query.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

/** PostgreSQL ends the connection of a transaction, as in a shutdown. */
async function end(scope: WriteScope): Promise<void> {
  const [backend] = await scope.read(ownBackend, {});
  await test.admin.query('select pg_terminate_backend($1, 10000)', [backend?.pid]);
}
const ownBackend = textQuery('select pg_backend_pid() as pid', { pid: integer });
const anything = textQuery('select 1');
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
    const work = test.database.transaction({ accountId: newId() }, async (scope) => {
      await end(scope);
      await scope.read(anything, {});
    });
    expect(await answerTo(work)).toEqual(unavailable);
  });

  it('before the commit', async () => {
    const work = test.database.transaction({ accountId: newId() }, end);
    expect(await answerTo(work)).toEqual(unavailable);
  });

  it('before the transaction of a request rolls back', async () => {
    const work = test.database.transaction({ accountId: newId() }, async (scope) => {
      await end(scope);
      await Promise.allSettled([scope.read(anything, {})]);
      await scope.read(anything, {});
    });
    expect(await answerTo(work)).toEqual(unavailable);
  });

  it('while it is asked', async () => {
    const read = test.database
      .reads({ accountId: newId() })
      .read(textQuery('select pg_sleep(60)'), {});
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
