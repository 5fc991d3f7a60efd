import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRolePool } from '../../db/shared/database.js';
import { assertBoundRole } from '../../db/shared/role-guard.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const ourTables = `
  select c.oid, n.nspname || '.' || c.relname as name, c.relrowsecurity and c.relforcerowsecurity as secured
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and not c.relispartition and n.nspname in ('platform', 'identity', 'water')`;

describe('row-level security', () => {
  it('is enabled, forced and has a policy on every table with an account', async () => {
    const { rows } = await test.admin.query(`
      select t.name from (${ourTables}) t
      where exists (select 1 from pg_attribute a where a.attrelid = t.oid and a.attname = 'account_id' and not a.attisdropped)
        and not (t.secured and exists (select 1 from pg_policy p where p.polrelid = t.oid))`);
    expect(rows).toEqual([]);
    const { rows: counted } = await test.admin.query(`select count(*)::int as n from (${ourTables}) t where t.secured`);
    expect(counted[0].n).toBeGreaterThan(5);
  });

  it('cannot be left by a partition, which nobody but its owner may touch directly', async () => {
    const { rows } = await test.admin.query(`
      select c.relname, r.rolname from pg_class c join pg_namespace n on n.oid = c.relnamespace
      cross join (values ('millrace_app'), ('millrace_relay'), ('millrace_ingest'), ('millrace_market')) as r(rolname)
      where c.relispartition and n.nspname in ('platform', 'identity', 'water')
        and has_table_privilege(r.rolname, c.oid, 'select, insert, update, delete')`);
    expect(rows).toEqual([]);
  });

  it('gives every table a primary key', async () => {
    const { rows } = await test.admin.query(`
      select t.name from (${ourTables}) t
      where not exists (select 1 from pg_constraint k where k.conrelid = t.oid and k.contype = 'p')`);
    expect(rows).toEqual([]);
  });

  it('binds every role of the application, and a superuser is refused at boot', async () => {
    for (const role of ['app', 'relay', 'ingest', 'market'] as const) {
      const pool = createRolePool(test.urls[role]);
      await expect(assertBoundRole(pool)).resolves.toBeUndefined();
      const { rows } = await pool.query("select has_database_privilege(current_database(), 'create') as creates");
      expect(rows).toEqual([{ creates: false }]);
      await pool.end();
    }
    await expect(assertBoundRole(test.admin)).rejects.toThrow(/superuser/);
    const owner = createRolePool(test.urls.owner);
    await expect(assertBoundRole(owner)).rejects.toThrow(/millrace_owner/);
    await owner.end();
  });

  it('lets no role truncate', async () => {
    const { rows } = await test.admin.query(`
      select t.name, r.rolname from (${ourTables}) t
      cross join (values ('millrace_app'), ('millrace_relay'), ('millrace_ingest'), ('millrace_market')) as r(rolname)
      where has_table_privilege(r.rolname, t.oid, 'truncate')`);
    expect(rows).toEqual([]);
  });
});
