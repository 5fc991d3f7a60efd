import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { signContext } from '../../../db/connection/context.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';

/** An attacker with a foothold: any statement, as a serving role. */
const roles = ['app', 'relay', 'ingest', 'market', 'gateway'] as const;
const refused = '42501';
const victim = randomUUID();
let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  await test.admin.query(
    `insert into water.sites (account_id, site_id, name, site_type) values ($1, $2, 'Theirs', 'DEPOT')`,
    [victim, randomUUID()],
  );
});
afterAll(() => test.drop());

async function as<T>(
  role: (typeof roles)[number],
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: test.urls[role] });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
/**
 * The SQLSTATE of a refused text; several commands are sent as one, as the simple protocol allows.
 */
const codeOf = (client: pg.Client, text: string, values?: unknown[]): Promise<string> =>
  (values ? client.query(text, values) : client.query(text)).then(
    () => 'done',
    (error: unknown) => (error as pg.DatabaseError).code ?? String(error),
  );

describe('names of one’s own before those of PostgreSQL', () => {
  it.each(roles)('cannot be made by %s, in a temporary schema or another', async (role) => {
    await as(role, async (client) => {
      for (const text of [
        'create type pg_temp.uuid as (x text)',
        'create temp table uuid (x text)',
        'create temp view v as select 1 as x',
        `create function pg_temp.f() returns int language sql as 'select 1'`,
        'create type public.uuid as (x text)',
        'create schema mine',
      ])
        expect([text, await codeOf(client, text)]).toEqual([text, refused]);
    });
  });

  it('would mean nothing to a policy', async () => {
    await test.admin.query(
      `do $$ begin execute format('grant temporary on database %I to millrace_app', current_database()); end $$`,
    );
    await as('app', async (client) => {
      await client.query('create type pg_temp.uuid as (x text)');
      for (const text of [
        `create function pg_temp.f1(text) returns pg_temp.uuid language sql immutable as $$ select row('x')::pg_temp.uuid $$`,
        'create cast (text as pg_temp.uuid) with function pg_temp.f1(text) as implicit',
        `create function pg_temp.f2(pg_temp.uuid) returns pg_catalog.uuid language sql immutable
           as $$ select '${victim}'::pg_catalog.uuid $$`,
        'create cast (pg_temp.uuid as pg_catalog.uuid) with function pg_temp.f2(pg_temp.uuid) as implicit',
      ])
        expect(await codeOf(client, text)).toBe('done');
      const { rows: taken } = await client.query(`select 'x'::text::uuid::text as id`);
      expect(taken).toEqual([{ id: '(x)' }]);
      const { rows } = await client.query('select platform.current_account_id() as id');
      expect(rows).toEqual([{ id: null }]);
      expect((await client.query('select name from water.sites')).rows).toEqual([]);
    });
    await test.admin.query(
      `do $$ begin execute format('revoke temporary on database %I from millrace_app', current_database()); end $$`,
    );
  });
});

describe('the owner’s functions', () => {
  const steal = `set_config('x.key', (select key from platform.context_keys), false) is null`;

  it.each(roles)('run nothing that %s has written', async (role) => {
    await as(role, async (client) => {
      expect(await codeOf(client, 'create temp table evil (account_id uuid)')).toBe(refused);
      for (const table of ['water.sites', 'platform.events'])
        expect(
          await codeOf(
            client,
            `create trigger t after insert on ${table} referencing new table as added for each statement
             execute function identity.count_usage('sites', $q$ ${steal} $q$)`,
          ),
        ).toBe(refused);
    });
  });

  it('refuse a table that is not theirs, whoever hangs them there', async () => {
    await test.admin.query(`
      create schema planted; create table planted.evil (account_id uuid); grant insert on planted.evil to millrace_app;
      grant usage on schema planted to millrace_app;
      create trigger t after insert on planted.evil referencing new table as added for each statement
        execute function identity.count_usage('sites', $q$ ${steal} $q$)`);
    await as('app', async (client) => {
      expect(await codeOf(client, `insert into planted.evil values (gen_random_uuid())`)).toBe(
        refused,
      );
      expect((await client.query(`select current_setting('x.key', true) as key`)).rows).toEqual([
        { key: null },
      ]);
    });
    await test.admin.query('drop schema planted cascade');
  });

  it('that take the name of a table take none that the owner has not listed', async () => {
    const text = 'pg_temp.zz(a int); alter table platform.audit_log disable trigger user; --';
    await as('app', async (client) => {
      const { processID } = client as pg.Client & { processID: number };
      const context = signContext({ accountId: randomUUID() }, processID, test.contextKey);
      for (const name of ['make_partitions', 'drop_old_partitions']) {
        await client.query('begin');
        await client.query(`select set_config('millrace.context', $1, true)`, [context]);
        // No data found: the name is looked up before use.
        expect(await codeOf(client, `select platform.${name}($1)`, [text])).toBe('P0002');
        await client.query('rollback');
      }
    });
    const { rows } = await test.admin.query(
      `select 1 from pg_trigger t where t.tgrelid = 'platform.audit_log'::regclass and t.tgenabled = 'D'`,
    );
    expect(rows).toEqual([]);
  });

  it.each(roles)('leave %s none that makes statements of texts', async (role) => {
    await as(role, async (client) => {
      for (const text of [
        `select 1 where platform.ensure_partitions('pg_temp.zz(a int); --', 0) is null`,
        `select platform.audit_table('water.sites')`,
        'select platform.guard_audit_partitions()',
        `select identity.count_rows_of('water.sites', 'x', 'true')`,
        'select * from identity.usage_faults()',
        'do $$ begin perform platform.audit_table(1::regclass); end $$',
      ])
        expect([refused, '42883']).toContain(await codeOf(client, text));
    });
  });
});

describe('what is prepared on a connection', () => {
  it.each(roles)('cannot be read by %s', async (role) => {
    await as(role, async (client) => {
      for (const text of ['select name from pg_prepared_statements', 'select * from pg_cursors'])
        expect(await codeOf(client, text)).toBe(refused);
    });
  });
});
