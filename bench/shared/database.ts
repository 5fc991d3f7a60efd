import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '../../db/embedded/postgres.js';
import { migrateDatabase } from '../../db/shared/migrate.js';
import { provisionDatabase, type RoleKey, type RoleUrls } from '../../db/shared/provision.js';

export interface BenchDatabase {
  urls: RoleUrls;
  /** Of a superuser, whom no policy binds. */
  adminUrl: string;
  contextKey: string;
  /** A superuser's, for arranging and counting. */
  admin: pg.Pool;
  stop(): Promise<void>;
}

export interface BenchDatabaseOptions {
  contextKey?: string;
  /** Whether `pg_xact_commit_timestamp` answers: when exactly something became visible to others. */
  keepsCommitTimes?: boolean;
}

/** The PostgreSQL of `npm start`, with fsync, in a folder of its own. */
export async function startBenchDatabase({
  contextKey = randomBytes(32).toString('hex'),
  keepsCommitTimes = false,
}: BenchDatabaseOptions = {}): Promise<BenchDatabase> {
  const dir = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  let postgres = await startPostgres({ dir: join(dir, 'postgres') });
  if (keepsCommitTimes) {
    await keepCommitTimes(postgres.adminUrl);
    await postgres.stop();
    postgres = await startPostgres({ dir: join(dir, 'postgres') });
  }
  const roles: RoleKey[] = ['owner', 'app', 'relay', 'ingest', 'market'];
  const passwords = Object.fromEntries(roles.map((role) => [role, randomBytes(18).toString('hex')])) as Record<
    RoleKey,
    string
  >;
  const urls = await provisionDatabase({ adminUrl: postgres.adminUrl, name: 'bench', passwords });
  await migrateDatabase(urls.owner, contextKey);
  const adminUrl = new URL(postgres.adminUrl);
  adminUrl.pathname = '/bench';
  const admin = new pg.Pool({ connectionString: adminUrl.href, max: 2 });
  // A connection that is being closed may still hear that the server stops.
  admin.on('error', () => undefined);
  return {
    urls,
    adminUrl: adminUrl.href,
    contextKey,
    admin,
    stop: async () => {
      await admin.end();
      await postgres.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Felt from the next start of the server on. */
async function keepCommitTimes(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  await client.query('alter system set track_commit_timestamp = on');
  await client.end();
}
