/** Tells of: effect.store. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { effectStore } from '../../db/platform/effect.store.js';
import { createRolePool, platformAccountId, roleScope } from '../../db/connection/database.js';
import { once } from '../../db/shared/effect.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

/** A step with a countable effect: a separate effect, under a key of no other step. */
function aStep(accountId = randomUUID()) {
  const key = { workflowId: `thing/${randomUUID()}`, step: 'do' };
  let done = 0;
  const run = (work: () => Promise<unknown> = async () => ({ turn: done })) =>
    test.database.transaction({ accountId }, (scope) =>
      once(scope, key, async () => {
        done += 1;
        return work();
      }),
    );
  return { key, run, done: () => done, accountId };
}

describe('an effect', () => {
  it('is done once, and answers the first result however often it is asked for', async () => {
    const step = aStep();
    expect(await step.run()).toEqual({ turn: 1 });
    expect(await step.run()).toEqual({ turn: 1 });
    expect(await step.run()).toEqual({ turn: 1 });
    expect(step.done()).toBe(1);
  });

  it('is done once by callers who come together: the others wait and answer the same', async () => {
    const step = aStep();
    const answers = await Promise.all(Array.from({ length: 5 }, () => step.run()));
    expect(answers).toEqual(Array.from({ length: 5 }, () => ({ turn: 1 })));
    expect(step.done()).toBe(1);
  });

  it('that failed has left no key, and the next try does it', async () => {
    const step = aStep();
    await expect(step.run(() => Promise.reject(new Error('the provider is away')))).rejects.toThrow(
      /away/,
    );
    expect(await step.run()).toEqual({ turn: 2 });
  });

  it('may answer nothing', async () => {
    const step = aStep();
    expect(await step.run(async () => undefined)).toBeUndefined();
    expect(await step.run(async () => undefined)).toBeUndefined();
    expect(step.done()).toBe(1);
  });

  it('of another step, workflow or account is another one', async () => {
    const [step, other] = [aStep(), randomUUID()];
    await step.run();
    const elsewhere: unknown[] = [];
    const note = (what: string) => async () => void elsewhere.push(what);
    await test.database.transaction({ accountId: step.accountId }, async (scope) => {
      await once(scope, { ...step.key, step: 'do/2' }, note('step'));
      await once(scope, { ...step.key, workflowId: 'thing/other' }, note('workflow'));
    });
    await test.database.transaction({ accountId: other }, (scope) =>
      once(scope, step.key, note('account')),
    );
    await test.database.transaction({ accountId: platformAccountId }, (scope) =>
      once(scope, step.key, note('platform')),
    );
    expect(elsewhere).toEqual(['step', 'workflow', 'account', 'platform']);
  });

  it('is forgotten when nothing can repeat it any more, and not before', async () => {
    const [old, young] = [aStep(), aStep()];
    await Promise.all([old.run(), young.run()]);
    await test.admin.query(
      "update platform.effects set created_at = now() - interval '31 days' where workflow_id = $1",
      [old.key.workflowId],
    );
    const pool = createRolePool(test.urls.relay);
    expect(await effectStore(roleScope(pool)).purge()).toBe(1);
    expect(await effectStore(roleScope(pool)).purge()).toBe(0);
    await pool.end();
    await young.run();
    expect(young.done()).toBe(1);
    const { rows } = await test.admin.query(
      'select 1 from platform.effects where workflow_id = $1',
      [old.key.workflowId],
    );
    expect(rows).toEqual([]);
  });
});
