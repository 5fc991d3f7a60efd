import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRolePool } from '../../db/connection/database.js';
import { roleNames, type RoleKey } from '../../db/setup/provision.js';
import { assertBoundRole } from '../../db/setup/role-guard.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { ourSchemas } from '../support/servers/schemas.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const servingRoles = (Object.keys(roleNames) as RoleKey[]).filter((role) => role !== 'owner');
const serving = `(values ${servingRoles.map((role) => `('${roleNames[role]}')`).join(', ')})`;

const ourTables = `
  select c.oid, n.nspname || '.' || c.relname as name, c.relrowsecurity and c.relforcerowsecurity as secured
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and not c.relispartition and n.nspname in (${ourSchemas})`;

/**
 * Tables without policies, and the reason. No serving role may write the table, and a reader of one
 * row may read all rows.
 */
const exempt: Readonly<Record<string, string>> = {
  'identity.counted_resources': 'a list of tables, for the owner’s triggers alone',
  'identity.plans': 'the same for everybody',
  'platform.context_keys': 'for the owner’s function alone, which is asked for every statement',
  'platform.partition_policies': 'months by table, the same for everybody',
};

/** Policies of the application that admit a row by another account's column, or unconditionally. */
const permissive = `
  select p.polrelid::regclass::text || '.' || p.polname as name
  from pg_policy p, lateral (select pg_get_expr(coalesce(p.polwithcheck, p.polqual), p.polrelid) as check) c
  where p.polcmd in ('a', '*') and 'millrace_app'::regrole = any (p.polroles)
    and (c.check = 'true' or (c.check ~ 'ANY \\(ARRAY\\[[^]]*,' and c.check !~ 'EXISTS')) order by 1`;

describe('row-level security', () => {
  it('is enabled, forced and has a policy on every table, but for those on the list', async () => {
    const { rows } = await test.admin.query<{ name: string }>(`
      select t.name from (${ourTables}) t
      where not (t.secured and exists (select 1 from pg_policy p where p.polrelid = t.oid)) order by 1`);
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(exempt));
    const { rows: writers } = await test.admin.query(
      `select t.name, r.rolname from unnest($1::text[]) as t(name) cross join pg_roles r
       where r.rolname like 'millrace\\_%' and r.rolname <> 'millrace_owner'
         and has_any_column_privilege(r.oid, t.name, 'insert, update')`,
      [Object.keys(exempt)],
    );
    expect(writers).toEqual([]);
  });

  it('lets nobody write for whichever of two accounts, or for any', async () => {
    expect((await test.admin.query(permissive)).rows).toEqual([]);
    await test.admin.query(`
      create table water.planted (account_id uuid, other_account_id uuid);
      create policy either on water.planted to millrace_app
        using ((select platform.current_account_id()) = any (array[account_id, other_account_id]));
      create policy anybody on water.planted for insert to millrace_app with check (true)`);
    expect((await test.admin.query(permissive)).rows).toEqual([
      { name: 'water.planted.anybody' },
      { name: 'water.planted.either' },
    ]);
    await test.admin.query('drop table water.planted');
  });

  it('cannot be left by a partition, which nobody but its owner may touch directly', async () => {
    const { rows } = await test.admin.query(`
      select c.relname, r.rolname from pg_class c join pg_namespace n on n.oid = c.relnamespace
      cross join ${serving} as r(rolname)
      where c.relispartition and n.nspname in (${ourSchemas})
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
    for (const role of servingRoles) {
      const pool = createRolePool(test.urls[role]);
      await expect(assertBoundRole(pool)).resolves.toBeUndefined();
      const { rows } = await pool.query(
        "select has_database_privilege(current_database(), 'create') as creates",
      );
      expect(rows).toEqual([{ creates: false }]);
      await pool.end();
    }
    await expect(assertBoundRole(test.admin)).rejects.toThrow(/superuser/);
    const owner = createRolePool(test.urls.owner);
    await expect(assertBoundRole(owner)).rejects.toThrow(/millrace_owner/);
    await owner.end();
  });

  it('has to be there: before migrate, a role is refused with what to do', async () => {
    const empty = new URL(test.urls.app);
    empty.pathname = '/postgres';
    const pool = createRolePool(empty.href);
    const refused = assertBoundRole(pool);
    await expect(refused).rejects.toThrow(/run migrate first/);
    await pool.end();
  });

  it('lets no role truncate', async () => {
    const { rows } = await test.admin.query(`
      select t.name, r.rolname from (${ourTables}) t
      cross join ${serving} as r(rolname)
      where has_table_privilege(r.rolname, t.oid, 'truncate')`);
    expect(rows).toEqual([]);
  });
});
