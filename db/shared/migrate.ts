import knexPkg, { type Knex } from 'knex';
import { noAnswer } from '../../processes/startup-failure.js';
import { migrations } from '../migrations/index.js';
import { noKnexLog } from './knex-log.js';

type Migrations = Record<string, { up(knex: Knex): Promise<void>; down(knex: Knex): Promise<void> }>;

// A static list rather than a folder: names stay the same whether the code runs from TypeScript or from its build.
const source = (all: Migrations): Knex.MigrationSource<string> => ({
  getMigrations: async () => Object.keys(all),
  getMigrationName: (name) => name,
  getMigration: async (name) => {
    const migration = all[name];
    if (!migration) throw new Error(`no migration ${name}`);
    return migration;
  },
});

/** Where the database is somebody else's, its owner has to: until then nothing that serves starts (role-guard.ts). */
const withoutTemporary = `
  do $$ begin
    if pg_has_role((select d.datdba from pg_database d where d.datname = current_database()), 'usage') then
      execute format('revoke temporary on database %I from public', current_database());
    end if;
  end $$`;

/** Brings the schema to the newest version, and the key of the signed context to the one given. `url` is the owner's. */
export async function migrateDatabase(url: string, contextKey: string): Promise<{ applied: string[] }> {
  return withOwner(url, async (owner) => {
    const [, applied] = (await owner.migrate.latest()) as [number, string[]];
    await owner.raw(withoutTemporary);
    await owner.raw(
      'insert into platform.context_keys (key) values (?) on conflict (id) do update set key = excluded.key',
      [contextKey],
    );
    return { applied };
  });
}

/** Takes back every migration, newest first. */
export async function rollbackDatabase(url: string): Promise<void> {
  await withOwner(url, (owner) => owner.migrate.rollback(undefined, true));
}

async function withOwner<T>(url: string, work: (owner: Knex) => Promise<T>): Promise<T> {
  const owner = knexPkg.knex({
    client: 'pg',
    connection: { connectionString: url, application_name: 'millrace-migrate', connectionTimeoutMillis: 10_000 },
    pool: { min: 0, max: 2 },
    log: noKnexLog,
    migrations: { migrationSource: source(migrations), schemaName: 'public', tableName: 'millrace_migrations' },
  });
  try {
    await owner.raw('select 1').catch((error: unknown) => {
      throw noAnswer('PostgreSQL', new URL(url).host, error);
    });
    return await work(owner);
  } finally {
    await owner.destroy();
  }
}
