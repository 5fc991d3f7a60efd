import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { attempt, statement } from '../../db/shared/database.js';
import { newId } from '../../db/shared/id.js';
import { failure } from '../../workflows/shared/failure.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.admin.query('delete from water.sites'));
afterAll(() => test.drop());

const [account, other, principal] = [newId(), newId(), newId()];
const seen = statement('test.sites', 'select name from water.sites order by name');
const add = (name: string, accountId = account) =>
  test.database.inAccount(accountId, async (trx) => {
    await trx('water.sites').insert({ accountId, siteId: newId(), name, siteType: 'WATER_TREATMENT' });
  });
const names = async (accountId = account) =>
  (await test.database.read.inAccount<{ name: string }>(accountId, seen, [])).map(({ name }) => name);
const stored = async () =>
  (await test.admin.query<{ name: string }>('select name from water.sites order by name')).rows.map(({ name }) => name);
const together = <T>(work: () => Promise<T>) =>
  test.database.together({ accountId: account, principalId: principal }, work);

describe('a shared transaction', () => {
  it('is joined by what is done for its account: committed together, and seen by reads inside', async () => {
    const inside = await together(async () => {
      await Promise.all([add('a'), add('b')]);
      expect(await stored()).toEqual([]);
      return Promise.all([names(), names(), names(other)]);
    });
    expect(inside).toEqual([['a', 'b'], ['a', 'b'], []]);
    expect(await stored()).toEqual(['a', 'b']);
  });

  it('takes all of it back when any of it fails', async () => {
    const failing = together(async () => {
      await add('a');
      throw failure('CONFLICT');
    });
    await expect(failing).rejects.toThrow();
    expect(await stored()).toEqual([]);
  });

  it.each([
    ['a refusal', () => Promise.reject(failure('CONFLICT'))],
    ['an error of PostgreSQL', () => test.database.inAccount(account, (trx) => trx.raw('select 1 / 0'))],
  ])('keeps nothing when a part ends in %s, even if that is caught', async (_, fail) => {
    const swallowing = together(async () => {
      await test.database
        .inAccount(account, async () => {
          await add('a');
          await fail();
        })
        .catch(() => undefined);
    });
    await expect(swallowing).rejects.toThrow('its error was caught');
    expect(await stored()).toEqual([]);
  });

  it('goes on after an attempt that failed, without what the attempt did', async () => {
    await test.database.together({ accountId: account }, async (trx) => {
      await add('a');
      const attempted = attempt(trx, async (inner) => {
        await inner('water.sites').insert({
          accountId: account,
          siteId: newId(),
          name: 'b',
          siteType: 'WATER_TREATMENT',
        });
        await inner.raw('select 1 / 0');
      });
      await expect(attempted).rejects.toThrow(/division/);
      await add('c');
    });
    expect(await stored()).toEqual(['a', 'c']);
  });

  it('is not joined by another account, another principal or the platform', async () => {
    const failing = together(async () => {
      await add('theirs', other);
      await test.database.inAccount(account, (trx) => trx.raw('select 1'), newId());
      const context = await test.database.inPlatform((trx) => trx.raw('select platform.current_account_id() as id'));
      expect(context.rows).toEqual([{ id: '00000000-0000-0000-0000-000000000000' }]);
      await add('own');
      throw failure('CONFLICT');
    });
    await expect(failing).rejects.toThrow();
    expect(await stored()).toEqual(['theirs']);
  });

  it('takes a step on behalf of another account, and is itself again afterwards', async () => {
    const steps = await test.database.together({ accountId: account }, async (trx) => {
      const id = async () => (await trx.raw('select platform.current_account_id() as id')).rows[0].id as string;
      const before = await id();
      const step = await test.database.stepInAccount(trx, other, id);
      const failed = test.database.stepInAccount(trx, other, () => Promise.reject(failure('CONFLICT')));
      await expect(failed).rejects.toThrow();
      return [before, step, await id()];
    });
    expect(steps).toEqual([account, other, account]);
  });

  it('is not found by what outlives it', async () => {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    let late: Promise<void> = Promise.resolve();
    await together(async () => {
      late = ended.then(() => add('late'));
    });
    end();
    await late;
    expect(await stored()).toEqual(['late']);
  });

  it('keeps requests that run at once apart', async () => {
    const requests = Array.from({ length: 30 }, async (_, i) => {
      const accountId = newId();
      return test.database.together({ accountId }, async () => {
        await add(`site ${i}`, accountId);
        return names(accountId);
      });
    });
    expect(await Promise.all(requests)).toEqual(Array.from({ length: 30 }, (_, i) => [`site ${i}`]));
  });
});
