import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createRolePool } from '../../../db/connection/database.js';
import { newId } from '../../../db/shared/id.js';
import { textQuery } from '../../support/servers/text-query.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';

let test: TestDatabase;
/** Somebody else's session, as a target. */
let session: pg.PoolClient;
beforeAll(async () => {
  test = await createTestDatabase();
  session = await test.admin.connect();
});
afterAll(async () => {
  session.release();
  await test.drop();
});

const insufficientPrivilege = '42501';
const readOnly = '25006';
/** PostgreSQL's refusal of a command outside of transactions, for every role. */
const inNoTransaction = '25001';
/** Attempts of a statement smuggled into a transaction of the API, by the aim. */
const statements: readonly [name: string, sql: string][] = [
  ['the key of all contexts', 'select key from platform.context_keys'],
  ['another key of all contexts', `update platform.context_keys set key = 'mine'`],
  ['the rights of the owner', 'set role millrace_owner'],
  ['the rights of who writes the audit log', 'set role millrace_audit'],
  ['the rights of telemetry', 'set role millrace_ingest'],
  ['the rights of a superuser', 'set role postgres'],
  ['the session of a superuser', 'set session authorization postgres'],
  ['all rights', 'alter role millrace_app superuser'],
  ['the right to see all rows', 'alter role millrace_app bypassrls'],
  ['a role of its own', 'create role mine login'],
  ['membership in the owner', 'grant millrace_owner to millrace_app'],
  ['passwords', 'select rolpassword from pg_authid'],
  ['passwords by their view', 'select passwd from pg_shadow'],
  ['a file of the server', `select pg_read_file('/etc/passwd')`],
  ['a file in bytes', `select pg_read_binary_file('postgresql.conf')`],
  ['a folder of the server', `select pg_ls_dir('.')`],
  ['what a file is', `select pg_stat_file('/etc/passwd')`],
  ['the logs of the server', 'select pg_ls_logdir()'],
  ['a file to write', `copy (select 1) to '/tmp/millrace-attack'`],
  ['a file to read', `copy water.sites from '/etc/passwd'`],
  ['a program that reads', `copy (select 1) to program 'cat'`],
  ['a program that writes', `copy water.sites from program 'id'`],
  ['a file as a large object', `select lo_import('/etc/passwd')`],
  ['a large object', `select lo_from_bytea(0, '\\x00')`],
  ['an empty large object', 'select lo_create(0)'],
  ['a large object as a file', `select lo_export(1, '/tmp/millrace-attack')`],
  ['another server', 'create extension dblink'],
  ['files as tables', 'create extension file_fdw'],
  ['a language of programs', 'create extension plpython3u'],
  [
    'a function in C',
    `create function pg_temp.x() returns int language c as '/lib/x86_64-linux-gnu/libc.so.6', 'system'`,
  ],
  ['a schema of its own', 'create schema mine'],
  ['a table among ours', 'create table platform.mine (x int)'],
  ['a table for everybody', 'create table public.mine (x int)'],
  ['a function among ours', 'create function platform.mine() returns int language sql return 1'],
  [
    'another function in place of ours',
    'create or replace function platform.current_account_id() returns uuid language sql return null::uuid',
  ],
  ['the end of row-level security', 'alter table water.sites disable row level security'],
  ['the end of its force', 'alter table water.sites no force row level security'],
  ['another policy', 'create policy mine on water.sites using (true)'],
  ['no policy', 'drop table water.sites'],
  ['an empty table', 'truncate water.sites'],
  ['the end of triggers', 'alter table platform.audit_log disable trigger all'],
  ['the end of all triggers', 'set session_replication_role = replica'],
  [
    'a trigger of its own',
    'create trigger mine before insert on water.sites for each row execute function platform.audit_table()',
  ],
  ['rows for everybody', 'grant select on platform.context_keys to public'],
  ['a partition behind its table', 'select 1 from platform.audit_log_default'],
  ['settings of the server', `alter system set log_statement = 'all'`],
  ['settings of the database', `alter database postgres set log_statement = 'all'`],
  ['settings that are read again', 'select pg_reload_conf()'],
  ['the statistics of all', 'select stavalues1 from pg_statistic'],
  ['counters at zero', 'select pg_stat_reset()'],
  ['another log', 'select pg_switch_wal()'],
  ['a copy of all changes', 'create publication mine for all tables'],
  [
    'changes of another server',
    `create subscription mine connection 'host=127.0.0.1' publication x`,
  ],
  ['a server to call', 'create foreign data wrapper mine'],
  [
    'what follows every change of the schema',
    'create event trigger mine on ddl_command_end execute function platform.audit_table()',
  ],
  [
    'the end of others',
    `select pg_terminate_backend(pid) from pg_stat_activity where usesysid = 10`,
  ],
];

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: { code?: string; nativeError?: { code?: string } }) =>
      error.code ?? error.nativeError?.code ?? error,
  );

describe('a statement in a transaction of the API', () => {
  it.each(statements)('does not get %s: %s', async (_name, sql) => {
    const work = test.database.transaction({ accountId: newId() }, (scope) =>
      scope.run(textQuery(sql), {}),
    );
    expect([insufficientPrivilege, inNoTransaction]).toContain(await codeOf(work));
  });

  it.each(statements)('does not get %s without a context either: %s', async (_name, sql) => {
    const pool = createRolePool(test.urls.app, { max: 1 });
    expect(await codeOf(pool.query(sql))).toBe(insufficientPrivilege);
    await pool.end();
  });

  it('does not see more of rows by switching their security off for itself', async () => {
    const work = test.database.transaction({ accountId: newId() }, async (scope) => {
      await scope.run(textQuery('set local row_security = off'), {});
      await scope.run(textQuery('select 1 from water.sites'), {});
    });
    expect(await codeOf(work)).toBe(insufficientPrivilege);
  });

  it('learns nothing of protected rows from the planner’s statistics', async () => {
    await test.admin.query(
      `insert into water.sites (account_id, site_id, name, site_type)
       select gen_random_uuid(), gen_random_uuid(), 'a secret name', 'DEPOT' from generate_series(1, 100)`,
    );
    await test.admin.query('analyze water.sites');
    const seen = `select s.most_common_vals::text as vals from pg_stats s where s.tablename = 'sites' and s.attname = 'name'`;
    const { rows } = await test.admin.query<{ vals: string }>(seen);
    expect(rows[0]?.vals).toContain('a secret name');
    const asApp = await test.database.reads({ accountId: newId() }).read(textQuery(seen), {});
    expect(asApp).toEqual([]);
  });
});

describe('a statement that is read by', () => {
  it.each([
    ['a setting', `select set_config('transaction_read_only', 'off', true)`],
    ['a change', `with gone as (delete from water.sites returning 1) select * from gone`],
    ['a change of its role', `select set_config('role', 'millrace_owner', true)`],
  ])('%s writes nothing', async (_name, sql) => {
    const work = test.database.reads({ accountId: newId() }).read(textQuery(sql), {});
    const code = await codeOf(work);
    expect([inNoTransaction, readOnly, insufficientPrivilege]).toContain(code);
  });
});
