import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { migrateDatabase, rollbackDatabase } from '../../db/shared/migrate.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const objects = `
  select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('platform', 'identity', 'water') order by 1`;

it('takes every migration back and applies them again to the same schema', async () => {
  const before = await test.admin.query(objects);
  expect(before.rowCount).toBeGreaterThan(0);
  await rollbackDatabase(test.urls.owner);
  expect((await test.admin.query(objects)).rows).toEqual([]);
  const { applied } = await migrateDatabase(test.urls.owner, test.contextKey);
  expect(applied.length).toBeGreaterThan(0);
  expect((await test.admin.query(objects)).rows).toEqual(before.rows);
  expect((await migrateDatabase(test.urls.owner, test.contextKey)).applied).toEqual([]);
});
