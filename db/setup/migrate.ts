import knexPkg, { type Knex } from 'knex';
import { noAnswer, StartupFailure } from '../../processes/startup-failure.js';
import { migrations } from '../migrations/index.js';
import { isAuditRoleOpen, withAuditRole } from './audit-role.js';
import { noKnexLog } from '../connection/knex-log.js';
import { auditRole, roleNames } from './provision.js';

interface Migration {
  up(knex: Knex): Promise<void>;
  down(knex: Knex): Promise<void>;
  /** Set for a migration that makes or changes a function run as the writer of the audit log. */
  needsAuditRole?: true;
}
type Migrations = Record<string, Migration>;

// A static list rather than a folder: names stay the same whether the code runs from TypeScript or
// from its build.
const source = (all: Migrations): Knex.MigrationSource<string> => ({
  getMigrations: async () => Object.keys(all),
  getMigrationName: (name) => name,
  getMigration: async (name) => {
    const migration = all[name];
    if (!migration) throw new Error(`no migration ${name}`);
    return migration;
  },
});

/**
 * In a database of another owner, the database's owner has to revoke the right: until then no
 * serving process starts (role-guard.ts).
 */
const withoutTemporary = `
  do $$ begin
    if pg_has_role((select d.datdba from pg_database d where d.datname = current_database()), 'usage') then
      execute format('revoke temporary on database %I from public', current_database());
    end if;
  end $$`;

interface MigrationOptions {
  /**
   * Address of a superuser, for lending the audit log's role to the owner during a migration that
   * needs the role.
   */
  adminUrl?: string | undefined;
}

/**
 * Brings the schema to the newest version, and the key of signed contexts to the given key. `url`
 * is the owner's.
 */
export async function migrateDatabase(
  url: string,
  contextKey: string,
  { adminUrl }: MigrationOptions = {},
): Promise<{ applied: string[] }> {
  return withOwner(url, async (owner) => {
    const [, pending] = (await owner.migrate.list()) as [unknown, string[]];
    const needsAuditRole = pending.some((name) => (migrations as Migrations)[name]?.needsAuditRole);
    const migrate = async () => ((await owner.migrate.latest()) as [number, string[]])[1];
    const lent = needsAuditRole ? await lenderOf(url, adminUrl) : undefined;
    const applied = lent === undefined ? await migrate() : await withAuditRole(lent, migrate);
    await owner.raw(withoutTemporary);
    await owner.raw(
      'insert into platform.context_keys (key) values (?) on conflict (id) do update set key = excluded.key',
      [contextKey],
    );
    return { applied };
  });
}

/** Takes back every migration, newest first. */
export async function rollbackDatabase(url: string, adminUrl: string): Promise<void> {
  await withAuditRole(adminUrl, () =>
    withOwner(url, (owner) => owner.migrate.rollback(undefined, true)),
  );
}

/**
 * Address of the superuser that lends the audit log's role; undefined if the owner has the role
 * already.
 */
async function lenderOf(url: string, adminUrl: string | undefined): Promise<string | undefined> {
  if (adminUrl !== undefined || (await isAuditRoleOpen(url))) return adminUrl;
  const [lend, takeBack] = [
    `grant ${auditRole} to ${roleNames.owner}`,
    `revoke ${auditRole} from ${roleNames.owner}`,
  ];
  throw new StartupFailure(
    `A migration makes a function that runs as ${auditRole}, to which ${roleNames.owner} does not belong. Set DATABASE_ADMIN_URL ` +
      `to a superuser, who lends it; or have one run "${lend}" before, and "${takeBack}" after.`,
  );
}

async function withOwner<T>(url: string, work: (owner: Knex) => Promise<T>): Promise<T> {
  const owner = knexPkg.knex({
    client: 'pg',
    connection: {
      connectionString: url,
      application_name: 'millrace-migrate',
      connectionTimeoutMillis: 10_000,
    },
    pool: { min: 0, max: 2 },
    log: noKnexLog,
    migrations: {
      migrationSource: source(migrations),
      schemaName: 'public',
      tableName: 'millrace_migrations',
    },
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
