import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { emitEvents } from '../../db/shared/outbox.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { happened } from '../support/happened.js';

const account = '0190a000-0000-7000-8000-00000000000a';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const emit = (subjectId: string, ...numbers: number[]) =>
  test.database.inAccount(account, (trx) =>
    emitEvents(
      trx,
      numbers.map((n) => happened.of({ accountId: account, subjectId, payload: { n } })),
    ),
  );

describe('emitting events', () => {
  it("numbers a subject's events without gaps, in the order given, whatever runs beside it", async () => {
    await Promise.all(Array.from({ length: 20 }, (_, i) => emit('busy', i * 2, i * 2 + 1)));
    const { rows } = await test.admin.query(
      "select subject_seq, (payload->>'n')::int as n from platform.events where subject_id = 'busy' order by position",
    );
    expect(rows.map((row) => Number(row.subject_seq))).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    for (let i = 0; i < 40; i += 2) expect(rows[i + 1].n).toBe(rows[i].n + 1);
  });

  it('leaves no event and no gap behind when its transaction fails', async () => {
    await emit('failing', 1);
    const failed = test.database.inAccount(account, async (trx) => {
      await emitEvents(trx, [happened.of({ accountId: account, subjectId: 'failing', payload: { n: 2 } })]);
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
    expect(() => happened.of({ accountId: account, subjectId: 'x', payload: { n: 'one' } as never })).toThrow(
      /TEST_HAPPENED/,
    );
  });

  it('refuses an event for another account', async () => {
    const foreign = test.database.inAccount('0190a000-0000-7000-8000-00000000000b', (trx) =>
      emitEvents(trx, [happened.of({ accountId: account, subjectId: 'x', payload: { n: 1 } })]),
    );
    await expect(foreign).rejects.toThrow(/of another account than its context/);
  });
});
