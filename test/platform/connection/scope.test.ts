import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { integer, text, uuid } from '../../../db/connection/column.js';
import {
  createDatabase,
  createRolePool,
  roleScope,
  type Database,
  type StatementScope,
  type WriteScope,
} from '../../../db/connection/database.js';
import { query } from '../../../db/connection/query.js';
import { newId } from '../../../db/shared/id.js';
import { failure } from '../../../workflows/shared/failure.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';

let test: TestDatabase;
/** Of one connection, so that each transaction gets the connection of the transaction before. */
let one: Database;
let relay: pg.Pool;
beforeAll(async () => {
  test = await createTestDatabase();
  one = createDatabase({ url: test.urls.app, contextKey: test.contextKey, poolMax: 1 });
  relay = createRolePool(test.urls.relay, { max: 1 });
});
afterEach(() => test.admin.query('delete from water.sites'));
afterAll(async () => {
  await Promise.all([one.close(), relay.end()]);
  await test.drop();
});

const [account, other, principal] = [newId(), newId(), newId()];
const siteNames = query({
  name: 'scope-test.names',
  row: { name: text },
  text: 'select name from water.sites order by name',
});
const addition = query({
  name: 'scope-test.add',
  parameters: { accountId: uuid, siteId: uuid, name: text },
  text: `insert into water.sites (account_id, site_id, name, site_type)
   values (:accountId, :siteId, :name, 'WATER_TREATMENT')`,
});
const failing = query({
  name: 'scope-test.failing',
  row: { quotient: integer },
  text: 'select 1 / 0 as quotient',
});
const current = query({
  name: 'scope-test.current',
  row: { accountId: uuid },
  text: 'select platform.current_account_id() as account_id',
});

const add = (scope: WriteScope, name: string) =>
  scope.run(addition, { accountId: scope.accountId, siteId: newId(), name });
const names = async (scope: Pick<WriteScope, 'read'>) =>
  (await scope.read(siteNames, {})).map(({ name }) => name);
const stored = async () =>
  (await test.admin.query<{ name: string }>('select name from water.sites order by name')).rows.map(
    ({ name }) => name,
  );
const transaction = <T>(work: (scope: WriteScope) => Promise<T>, accountId = account) =>
  test.database.transaction({ accountId }, work);

describe('a write scope', () => {
  it('commits all of its work together, and sees its own writes', async () => {
    const inside = await transaction(async (scope) => {
      await Promise.all([add(scope, 'a'), add(scope, 'b')]);
      expect(await stored()).toEqual([]);
      const outside = test.database.reads({ accountId: account });
      return Promise.all([names(scope), names(scope), names(outside)]);
    });
    expect(inside).toEqual([['a', 'b'], ['a', 'b'], []]);
    expect(await stored()).toEqual(['a', 'b']);
  });

  it('keeps nothing when any of it fails', async () => {
    const refused = transaction(async (scope) => {
      await add(scope, 'a');
      throw failure('CONFLICT');
    });
    await expect(refused).rejects.toThrow();
    expect(await stored()).toEqual([]);
  });

  it('keeps nothing when PostgreSQL refused a part, even if that was caught', async () => {
    const swallowing = transaction(async (scope) => {
      await add(scope, 'a');
      await scope.run(failing, {}).catch(() => undefined);
    });
    await expect(swallowing).rejects.toThrow('rolled back');
    expect(await stored()).toEqual([]);
  });

  it('goes on after an attempt that failed, without what the attempt did', async () => {
    await transaction(async (scope) => {
      await add(scope, 'a');
      const attempted = scope.attempt(async (inner) => {
        await add(inner, 'b');
        await inner.run(failing, {});
      });
      await expect(attempted).rejects.toThrow(/division/);
      await add(scope, 'c');
    });
    expect(await stored()).toEqual(['a', 'c']);
  });

  it('takes a step on behalf of another account, and is itself again afterwards', async () => {
    const steps = await transaction(async (scope) => {
      const id = async (within: WriteScope) => (await within.read(current, {}))[0]?.accountId;
      const before = await id(scope);
      const step = await scope.as({ accountId: other }, id);
      const failed = scope.as({ accountId: other }, () => Promise.reject(failure('CONFLICT')));
      await expect(failed).rejects.toThrow();
      return [before, step, await id(scope)];
    });
    expect(steps).toEqual([account, other, account]);
  });

  it('is joined by no other transaction of its account', async () => {
    const refused = transaction(async (scope) => {
      await add(scope, 'own');
      expect(await transaction(names)).toEqual([]);
      await transaction((apart) => add(apart, 'apart'), other);
      throw failure('CONFLICT');
    });
    await expect(refused).rejects.toMatchObject({ type: 'CONFLICT' });
    expect(await stored()).toEqual(['apart']);
  });

  it.each<[string, (keep: (scope: StatementScope) => void) => Promise<unknown>]>([
    [
      'its transaction',
      (keep) => one.transaction({ accountId: account }, async (own) => keep(own)),
    ],
    [
      'an attempt',
      (keep) =>
        one.transaction({ accountId: account }, (own) => own.attempt(async (inner) => keep(inner))),
    ],
    [
      'a step',
      (keep) =>
        one.transaction({ accountId: account }, (own) =>
          own.as({ accountId: principal }, async (step) => keep(step)),
        ),
    ],
    [
      'work that failed',
      (keep) =>
        one
          .transaction({ accountId: account }, async (own) => {
            keep(own);
            throw failure('CONFLICT');
          })
          .catch(() => undefined),
    ],
    ['a role', (keep) => roleScope(relay).transaction(async (own) => keep(own))],
  ])('of %s serves nothing that outlives it, whoever has the connection then', async (_, play) => {
    let kept: StatementScope | undefined;
    await play((scope) => (kept = scope));
    await one.transaction({ accountId: other }, async (scope) => {
      await expect(Promise.resolve(kept?.read(current, {}))).rejects.toThrow('is over');
      expect(await scope.read(current, {})).toEqual([{ accountId: other }]);
    });
  });

  it('sends nothing more once its work has failed', async () => {
    const seen: (string | undefined)[] = [];
    const failed = one.transaction({ accountId: account }, (scope) =>
      Promise.all(
        Array.from({ length: 50 }, async (_, i) => {
          const [row] = await scope.read(current, {});
          seen.push(row?.accountId);
          if (i === 0) throw failure('CONFLICT');
        }),
      ),
    );
    await expect(failed).rejects.toMatchObject({ type: 'CONFLICT' });
    for (let n = 0; n < 3; n += 1)
      await one.transaction({ accountId: other }, (scope) => scope.read(current, {}));
    expect(new Set(seen)).toEqual(new Set([account]));
  });

  it('is apart from those of requests that run at once', async () => {
    const requests = Array.from({ length: 30 }, (_, i) =>
      transaction(async (scope) => {
        await add(scope, `site ${i}`);
        return names(scope);
      }, newId()),
    );
    expect(await Promise.all(requests)).toEqual(
      Array.from({ length: 30 }, (_, i) => [`site ${i}`]),
    );
  });
});
