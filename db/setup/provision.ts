import pg from 'pg';
import { noAnswer } from '../../processes/startup-failure.js';

/**
 * The application's roles; each process connects as the least privileged role for the process's
 * work.
 */
export const roleNames = {
  owner: 'millrace_owner',
  app: 'millrace_app',
  relay: 'millrace_relay',
  ingest: 'millrace_ingest',
  market: 'millrace_market',
  gateway: 'millrace_gateway',
} as const;
export type RoleKey = keyof typeof roleNames;
export type RoleUrls = Record<RoleKey, string>;

/** Role that writes the audit log. */
export const auditRole = 'millrace_audit';

/** Contrib modules that need a superuser to create. */
const extensions = ['pgcrypto', 'citext', 'btree_gist', 'cube', 'earthdistance'];

/** Functions that make or change large objects. */
const largeObjects = [
  'lo_creat(integer)',
  'lo_create(oid)',
  'lo_from_bytea(oid, bytea)',
  'lo_open(oid, integer)',
];

/** Makes missing roles, database and extensions. Repeating changes only the passwords. */
export async function provisionDatabase(options: {
  adminUrl: string;
  name: string;
  passwords: Record<RoleKey, string>;
}): Promise<RoleUrls> {
  const { adminUrl, name, passwords } = options;
  await aloneInCluster(adminUrl, async (admin) => {
    for (const key of Object.keys(roleNames) as RoleKey[])
      await ensureRole(admin, roleNames[key], passwords[key]);
    await ensureAuditRole(admin);
    const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [name]);
    if (!rowCount)
      await admin.query(
        `create database ${admin.escapeIdentifier(name)} owner ${roleNames.owner} encoding 'UTF8' template template0`,
      );
  });
  await withClient(urlFor(adminUrl, { database: name }), async (admin) => {
    for (const extension of extensions)
      await admin.query(`create extension if not exists ${extension} schema public`);
    // Since PostgreSQL 15 nobody may create in public; the owner keeps its migrations table there.
    await admin.query(`grant usage, create on schema public to ${roleNames.owner}`);
    await closeDatabase(admin);
  });
  return roleUrls(adminUrl, name, passwords);
}

/**
 * Revokes PostgreSQL's default rights of PUBLIC: temporary objects, whose names come before all
 * others; the views of a session's prepared statements and cursors, where a statement would find
 * leftovers of other users; and large objects, since large objects belong to no table and fill the
 * disk.
 */
export async function closeDatabase(admin: Pick<pg.Client | pg.Pool, 'query'>): Promise<void> {
  const { rows } = await admin.query<{ name: string }>('select current_database() as name');
  await admin.query(
    `revoke temporary on database ${pg.escapeIdentifier(rows[0]?.name ?? '')} from public`,
  );
  await admin.query(
    'revoke execute on function pg_catalog.pg_prepared_statement(), pg_catalog.pg_cursor() from public',
  );
  await admin.query(`revoke execute on function ${largeObjects.join(', ')} from public`);
}

export function roleUrls(
  adminUrl: string,
  name: string,
  passwords: Record<RoleKey, string>,
): RoleUrls {
  const url = (key: RoleKey) =>
    urlFor(adminUrl, { database: name, user: roleNames[key], password: passwords[key] });
  return {
    owner: url('owner'),
    app: url('app'),
    relay: url('relay'),
    ingest: url('ingest'),
    market: url('market'),
    gateway: url('gateway'),
  };
}

async function ensureRole(admin: pg.Client, role: string, password: string): Promise<void> {
  const { rowCount } = await admin.query('select 1 from pg_roles where rolname = $1', [role]);
  const verb = rowCount ? 'alter' : 'create';
  await admin.query(
    `${verb} role ${role} login nosuperuser nobypassrls nocreatedb nocreaterole noinherit password ${admin.escapeLiteral(password)}`,
  );
}

/**
 * Makes the writer of the audit log, a role without sign-in and members: the audit functions run as
 * the role, and migrations borrow the role.
 */
export async function ensureAuditRole(admin: pg.Client): Promise<void> {
  const { rowCount } = await admin.query('select 1 from pg_roles where rolname = $1', [auditRole]);
  const verb = rowCount ? 'alter' : 'create';
  await admin.query(
    `${verb} role ${auditRole} nologin nosuperuser nobypassrls nocreatedb nocreaterole noinherit`,
  );
  await admin.query(`revoke ${auditRole} from ${roleNames.owner}`);
}

function urlFor(
  base: string,
  parts: { database: string; user?: string; password?: string },
): string {
  const url = new URL(base);
  url.pathname = `/${parts.database}`;
  if (parts.user !== undefined) url.username = parts.user;
  if (parts.password !== undefined) url.password = encodeURIComponent(parts.password);
  return url.href;
}

/**
 * Runs work on the roles of a cluster exclusively: two processes may provision at once, as test
 * runs do.
 */
export const aloneInCluster = <T>(
  adminUrl: string,
  work: (admin: pg.Client) => Promise<T>,
): Promise<T> =>
  withClient(adminUrl, async (admin) => {
    await admin.query("select pg_advisory_lock(hashtext('millrace.provision'))");
    return work(admin);
  });

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect().catch((error: unknown) => {
    throw noAnswer('PostgreSQL', new URL(url).host, error);
  });
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
