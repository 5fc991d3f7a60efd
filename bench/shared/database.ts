import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '../../db/embedded/postgres.js';
import { migrateDatabase } from '../../db/setup/migrate.js';
import {
  closeDatabase,
  provisionDatabase,
  roleNames,
  roleUrls,
  type RoleKey,
  type RoleUrls,
} from '../../db/setup/provision.js';

export interface DatabaseCopy {
  urls: RoleUrls;
  /** A superuser's, for arranging and counting. */
  admin: pg.Pool;
}

export interface BenchDatabase extends DatabaseCopy {
  /** URL of a superuser, bound by no policy. */
  adminUrl: string;
  contextKey: string;
  /** A copy of the present database, under another name on the same server. */
  copy(name: string): Promise<DatabaseCopy>;
  stop(): Promise<void>;
}

interface BenchDatabaseOptions {
  contextKey?: string;
  /**
   * Whether `pg_xact_commit_timestamp` answers: when exactly something became visible to others.
   */
  keepsCommitTimes?: boolean;
}

/** The PostgreSQL of `npm start`, with fsync, in a new folder. */
export async function startBenchDatabase({
  contextKey = randomBytes(32).toString('hex'),
  keepsCommitTimes = false,
}: BenchDatabaseOptions = {}): Promise<BenchDatabase> {
  const dir = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  let postgres = await startPostgres({ dir: join(dir, 'postgres') });
  if (keepsCommitTimes) {
    // Felt from the next start of the server on.
    await administer(postgres.adminUrl, 'alter system set track_commit_timestamp = on');
    await postgres.stop();
    postgres = await startPostgres({ dir: join(dir, 'postgres') });
  }
  const passwords = Object.fromEntries(
    Object.keys(roleNames).map((role) => [role, randomBytes(18).toString('hex')]),
  ) as Record<RoleKey, string>;
  const urls = await provisionDatabase({ adminUrl: postgres.adminUrl, name: 'bench', passwords });
  await migrateDatabase(urls.owner, contextKey, { adminUrl: postgres.adminUrl });
  const adminUrl = urlOf(postgres.adminUrl, 'bench');
  const admin = openAdmin(adminUrl);
  const admins = [admin];
  return {
    urls,
    adminUrl,
    contextKey,
    admin,
    copy: async (name) => {
      await administer(
        postgres.adminUrl,
        // A database to be copied may have no connections; a pool replaces ended idle connections.
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = 'bench'",
        `create database ${name} template bench owner ${roleNames.owner}`,
      );
      const copied = openAdmin(urlOf(postgres.adminUrl, name));
      admins.push(copied);
      await closeDatabase(copied);
      return { urls: roleUrls(postgres.adminUrl, name, passwords), admin: copied };
    },
    stop: async () => {
      for (const pool of admins) await pool.end();
      await postgres.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function urlOf(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

function openAdmin(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  // A closing connection may still hear of the server's stop.
  pool.on('error', () => undefined);
  return pool;
}

async function administer(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}
