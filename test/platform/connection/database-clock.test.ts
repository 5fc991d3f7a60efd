import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  clockDifference,
  databaseNow,
  noteDatabaseTime,
} from '../../../db/connection/database-clock.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';

const accountId = '0190a000-0000-7000-8000-00000000000a';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

describe('the clock of PostgreSQL', () => {
  it('is what it answers, within the time that the answer took', async () => {
    noteDatabaseTime(Date.now() + 7_200_000, performance.now());
    expect(clockDifference()).toBeCloseTo(-7_200_000, -2);
    await test.database.askTime();
    expect(Math.abs(clockDifference())).toBeLessThan(1_000);
  });

  it('is not made worse by a slow answer', () => {
    const before = databaseNow();
    noteDatabaseTime(before - 3_000, performance.now() - 5_000);
    expect(Math.abs(databaseNow() - before)).toBeLessThan(100);
    // Nor is the time believed beyond the answer's bounds.
    noteDatabaseTime(before - 9_000, performance.now() - 5_000);
    expect(databaseNow() - before).toBeGreaterThan(-4_200);
    expect(databaseNow() - before).toBeLessThan(-3_800);
  });

  it('signs contexts that PostgreSQL takes, whatever the machine says', async () => {
    const own = Date.now;
    try {
      for (const seconds of [70, -70, 7_200, -7_200]) {
        Date.now = () => own() + seconds * 1_000;
        await test.database.askTime();
        expect(Math.round(clockDifference() / 1_000)).toBe(seconds);
        await expect(
          test.database.transaction({ accountId }, ({ transaction }) =>
            transaction.raw('select platform.current_account_id() as id'),
          ),
        ).resolves.toMatchObject({ rows: [{ id: accountId }] });
      }
    } finally {
      Date.now = own;
    }
  });
});
