import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { integer } from '../../../db/connection/column.js';
import { withCorrelation } from '../../../db/shared/correlation.js';
import { change, emitEvents, runChange } from '../../../db/shared/outbox.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';
import { happened } from '../../support/timing/happened.js';

const account = '0190a000-0000-7000-8000-00000000000a';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const emit = (subjectId: string, ...numbers: number[]) =>
  test.database.transaction({ accountId: account }, (scope) =>
    emitEvents(
      scope,
      numbers.map((n) => happened.of({ accountId: account, subjectId, payload: { n } })),
    ),
  );

describe('emitting events', () => {
  it("numbers a subject's events without gaps, in the order given, whatever runs beside it", async () => {
    await Promise.all(Array.from({ length: 20 }, (_, i) => emit('busy', i * 2, i * 2 + 1)));
    const { rows } = await test.admin.query(
      "select subject_seq, (payload->>'n')::int as n from platform.events where subject_id = 'busy' order by position",
    );
    expect(rows.map((row) => Number(row.subject_seq))).toEqual(
      Array.from({ length: 40 }, (_, i) => i + 1),
    );
    for (let i = 0; i < 40; i += 2) expect(rows[i + 1].n).toBe(rows[i].n + 1);
  });

  it('leaves no event and no gap behind when its transaction fails', async () => {
    await emit('failing', 1);
    const failed = test.database.transaction({ accountId: account }, async (scope) => {
      await emitEvents(scope, [
        happened.of({ accountId: account, subjectId: 'failing', payload: { n: 2 } }),
      ]);
      throw new Error('later');
    });
    await expect(failed).rejects.toThrow('later');
    await emit('failing', 3);
    const { rows } = await test.admin.query(
      "select subject_seq from platform.events where subject_id = 'failing' order by 1",
    );
    expect(rows.map((row) => Number(row.subject_seq))).toEqual([1, 2]);
  });

  it('refuses a payload that does not fit its schema', () => {
    expect(() =>
      happened.of({ accountId: account, subjectId: 'x', payload: { n: 'one' } as never }),
    ).toThrow(/TEST_HAPPENED/);
  });

  it('refuses an event for another account', async () => {
    const foreign = test.database.transaction(
      { accountId: '0190a000-0000-7000-8000-00000000000b' },
      (scope) =>
        emitEvents(scope, [happened.of({ accountId: account, subjectId: 'x', payload: { n: 1 } })]),
    );
    await expect(foreign).rejects.toThrow(/of another account than its context/);
  });

  it('names the request of its scope, without the storage that travels with a request, on every road', async () => {
    const context = { accountId: account, correlationId: 'r-scope' };
    const event = () =>
      happened.of({ accountId: account, subjectId: 'of-scope', payload: { n: 1 } });
    await test.database.transaction(context, async (scope) => {
      await emitEvents(scope, [event()]);
      await runChange(scope, anyChange, {}, [event()]);
      await scope.as({ accountId: account }, (step) => emitEvents(step, [event()]));
      await scope.attempt((attempt) => emitEvents(attempt, [event()]));
    });
    expect(await correlationsOf('of-scope')).toEqual(Array(4).fill('r-scope'));
  });

  it("names the storage's request where the scope has none, and the scope's before it", async () => {
    await withCorrelation({ correlationId: 'r-storage' }, async () => {
      await emit('of-storage', 1);
      await test.database.transaction({ accountId: account, correlationId: 'r-scope' }, (scope) =>
        emitEvents(scope, [
          happened.of({ accountId: account, subjectId: 'of-storage', payload: { n: 2 } }),
        ]),
      );
    });
    await emit('of-storage', 3);
    expect(await correlationsOf('of-storage')).toEqual(['r-storage', 'r-scope', null]);
  });
});

const anyChange = change({
  name: 'test.anyChange',
  parameters: {},
  row: { n: integer },
  text: 'select 1 as n',
});

async function correlationsOf(subjectId: string): Promise<(string | null)[]> {
  const { rows } = await test.admin.query<{ correlation_id: string | null }>(
    'select correlation_id from platform.events where subject_id = $1 order by position',
    [subjectId],
  );
  return rows.map((row) => row.correlation_id);
}
