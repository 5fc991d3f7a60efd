import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { functionGrants } from '../../db/setup/function-grants.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const rowsOf = async <Row>(text: string): Promise<Row[]> =>
  (await test.admin.query(text)).rows as Row[];
/** Runs work in the name of the owner, and rolls the work back. */
async function planted<T>(statements: string, look: () => Promise<T>): Promise<T> {
  await test.admin.query(statements);
  try {
    return await look();
  } finally {
    await test.admin.query('drop schema planted cascade');
  }
}

/** Schemas of ours: everything outside PostgreSQL's, with the schemas a test plants. */
const ourSchemas = "n.nspname !~ '^(pg_|information_schema$|public$)'";
const ourFunctions = `pg_proc p join pg_namespace n on n.oid = p.pronamespace and ${ourSchemas}`;
const signature =
  "format('%I.%I(%s)', n.nspname, p.proname, replace(oidvectortypes(p.proargtypes), ', ', ','))";

/** As the repository's list writes the grants. */
const grants = async () => {
  const found = await rowsOf<{ line: string }>(`
    select format('%s as %s, %s, for %s', ${signature}, case when p.prosecdef then p.proowner::regrole::text else 'caller' end,
      case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end,
      coalesce((select string_agg(case a.grantee when 0 then 'PUBLIC' else replace(a.grantee::regrole::text, 'millrace_', '') end,
        ' ' order by a.grantee::regrole::text) from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
        where a.grantee <> p.proowner), 'nobody')) as line
    from ${ourFunctions} order by 1`);
  return found.map(({ line }) => line).sort();
};

/**
 * Functions called without a name: by policies, defaults, triggers, constraints, indexes and views
 * of our tables, and by the functions called there. PostgreSQL keeps no account of PostgreSQL's own
 * functions, safe from shadowing. A body in text is read in the session of the caller, and resolves
 * names by the session's path.
 */
const readInTheCallersSession = () =>
  rowsOf<{ name: string }>(`
    with recursive ours as (
      select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace and ${ourSchemas}
    ), callers as (
      select 'pg_policy'::regclass as class, o.oid from pg_policy o where o.polrelid in (select oid from ours)
      union all select 'pg_attrdef'::regclass, o.oid from pg_attrdef o where o.adrelid in (select oid from ours)
      union all select 'pg_trigger'::regclass, o.oid from pg_trigger o where o.tgrelid in (select oid from ours)
      union all select 'pg_constraint'::regclass, o.oid from pg_constraint o where o.conrelid in (select oid from ours)
      union all select 'pg_rewrite'::regclass, o.oid from pg_rewrite o where o.ev_class in (select oid from ours)
      union all select 'pg_class'::regclass, oid from ours
    ), called as (
      select d.refobjid as oid from callers c join pg_depend d on d.classid = c.class and d.objid = c.oid
      where d.refclassid = 'pg_proc'::regclass
      union
      select d.refobjid from called c join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = c.oid
      where d.refclassid = 'pg_proc'::regclass
    )
    select p.oid::regprocedure::text as name from called join pg_proc p using (oid) join pg_language l on l.oid = p.prolang
    where l.lanname not in ('c', 'internal') and p.prosqlbody is null
      and not exists (select 1 from unnest(p.proconfig) as s where s = 'search_path=pg_catalog, pg_temp')
    order by 1`);

/** Texts executed by functions of the owner, and the origin of each text. */
const dynamic: Readonly<Record<string, readonly string[]>> = {
  'identity.count_usage()': ['identity.counted_resources'],
  'platform.drop_old_partitions(text)': ['platform.partition_policies'],
  'platform.make_partitions(text)': ['platform.partition_policies'],
};
const definers = () =>
  rowsOf<{ name: string; body: string; isFixed: boolean }>(`
    select ${signature} as name, p.prosrc as body,
      p.prosqlbody is not null or exists (select 1 from unnest(p.proconfig) as s
        where s = 'search_path=pg_catalog, pg_temp') as "isFixed"
    from ${ourFunctions} where p.prosecdef order by 1`);

describe('functions', () => {
  it('are the ones of the list, in whose name, and for whom', async () => {
    expect(await grants()).toEqual([...functionGrants].sort());
    expect(functionGrants.filter((line) => line.includes('PUBLIC'))).toEqual([]);
  });

  it('are nobody’s but their owner’s when they are made', async () => {
    const lines = await planted(
      `create schema planted authorization millrace_owner;
       set role millrace_owner; create function planted.made() returns int language sql return 1; reset role`,
      grants,
    );
    expect(lines).toContain('planted.made() as caller, volatile, for nobody');
  });

  it('that policies, defaults, triggers, constraints, indexes and views call mean the same in every session', async () => {
    expect(await readInTheCallersSession()).toEqual([]);
  });

  it('that a policy, a default, a trigger, a check, an index or a view calls by text are found, at any depth', async () => {
    const by = (
      name: string,
    ) => `create function planted.${name}(text) returns boolean language sql immutable
      as $$ select $1::uuid is not null $$;`;
    const found = await planted(
      `create schema planted; create table planted.t (a text, b boolean);
       ${['by_policy', 'by_default', 'by_check', 'by_index', 'by_view', 'deeper'].map(by).join(' ')}
       create function planted.parsed() returns boolean language sql return planted.deeper('x');
       create function planted.by_trigger() returns trigger language plpgsql as $$ begin return new; end $$;
       create policy p on planted.t using (planted.by_policy(a) and planted.parsed());
       alter table planted.t alter b set default planted.by_default('x'), add check (planted.by_check(a));
       create index on planted.t (planted.by_index(a));
       create view planted.v as select planted.by_view(a) from planted.t;
       create trigger t before insert on planted.t for each row execute function planted.by_trigger()`,
      readInTheCallersSession,
    );
    expect(found.map(({ name }) => name.replace(/^planted\.|\(.*$/g, ''))).toEqual(
      ['by_policy', 'by_default', 'by_check', 'by_index', 'by_view', 'deeper', 'by_trigger'].sort(),
    );
  });

  it('of the owner have a path of their own, and run no text that is not the owner’s', async () => {
    const found = await definers();
    expect(found.length).toBeGreaterThan(5);
    expect(found.filter(({ isFixed }) => !isFixed)).toEqual([]);
    expect(found.filter(({ body }) => /tg_argv/i.test(body))).toEqual([]);
    expect(found.filter(({ body }) => /\bexecute\b/i.test(body)).map(({ name }) => name)).toEqual(
      Object.keys(dynamic),
    );
    for (const { name, body } of found)
      for (const table of dynamic[name] ?? []) {
        expect(body).toContain(`from ${table}`);
        const writers =
          await rowsOf(`select r.rolname from pg_roles r where r.rolname like 'millrace\\_%'
          and r.rolname <> 'millrace_owner' and has_any_column_privilege(r.oid, '${table}', 'insert, update')`);
        expect(writers).toEqual([]);
      }
  });
});

/**
 * Columns read by the role of the process that parses strangers' bytes; everything else comes from
 * functions.
 */
const columnsOfGateway = [
  ...['kid', 'public_jwk', 'retired_at'].map((column) => `identity.signing_keys.${column}: SELECT`),
  ...['change_id', 'changed_in', 'kind', 'subject_id'].map(
    (column) => `platform.standing_changes.${column}: SELECT`,
  ),
];
const columnsOf = async (role: string): Promise<string[]> =>
  (
    await rowsOf<{ line: string }>(`
      select format('%s.%s.%s: %s', p.table_schema, p.table_name, p.column_name, p.privilege_type) as line
      from information_schema.column_privileges p join pg_namespace n on n.nspname = p.table_schema and ${ourSchemas}
      where p.grantee in ('${role}', 'PUBLIC') order by 1`)
  ).map(({ line }) => line);

describe('the gateway', () => {
  it('reads public keys and ids of those whose standing has changed, and writes no table', async () => {
    expect(await columnsOf('millrace_gateway')).toEqual(columnsOfGateway);
    const found = await planted(
      `create schema planted; create table planted.t (a text); grant update (a) on planted.t to millrace_gateway`,
      () => columnsOf('millrace_gateway'),
    );
    expect(found).toContain('planted.t.a: UPDATE');
  });

  it('signs no context, nor reads one', () => {
    const executable = functionGrants.filter((line) => / for .*\bgateway\b/.test(line));
    expect(executable.map((line) => line.replace(/\(.*$/, ''))).toEqual([
      'devices.note_device_access',
      'devices.take_access_refusals',
      'identity.session_standing',
      // Of the version before.
      'water.note_device_access',
      'water.take_access_refusals',
    ]);
  });
});

describe('everybody', () => {
  it('may make no temporary objects, nor read what is prepared on a connection', async () => {
    const open = await rowsOf(`
      select r.rolname from pg_roles r where r.rolname like 'millrace\\_%' and r.rolname <> 'millrace_owner'
        and (has_database_privilege(r.oid, current_database(), 'temporary, create')
          or has_function_privilege(r.oid, 'pg_catalog.pg_prepared_statement()', 'execute')
          or has_function_privilege(r.oid, 'pg_catalog.pg_cursor()', 'execute'))`);
    expect(open).toEqual([]);
  });

  it('may make nothing in any schema', async () => {
    const open = await rowsOf(`
      select r.rolname, n.nspname from pg_roles r cross join pg_namespace n
      where r.rolname like 'millrace\\_%' and r.rolname <> 'millrace_owner' and n.nspname !~ '^pg_temp|^pg_toast_temp'
        and has_schema_privilege(r.oid, n.oid, 'create')`);
    expect(open).toEqual([]);
  });
});
