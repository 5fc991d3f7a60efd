import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createDatabase, type Database } from '../../../db/connection/database.js';
import { sessionOptions } from '../../../db/connection/pg-types.js';
import { closeDatabase, roleUrls, type RoleUrls } from '../../../db/setup/provision.js';
import { testServers } from './test-servers.js';

export interface TestDatabase {
  /** As the role millrace_app. */
  database: Database;
  /** As a superuser, past every policy: for arranging rows and for looking at the actual rows. */
  admin: pg.Pool;
  urls: RoleUrls & { admin: string };
  contextKey: string;
  drop(): Promise<void>;
}

/** A separate real database for a test file, cloned from the migrated template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { adminUrl, template, passwords, contextKey } = testServers().postgres;
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(adminUrl, (admin) =>
    admin.query(
      `create database ${name} template ${template} strategy file_copy owner millrace_owner`,
    ),
  );
  const urls = { ...roleUrls(adminUrl, name, passwords), admin: withDatabase(adminUrl, name) };
  // A database's grants to everybody are not part of the template.
  await administer(urls.admin, closeDatabase);
  const database = createDatabase({ url: urls.app, contextKey, poolMax: 5 });
  // A plain pool: arrangements may take several commands a text.
  const admin = new pg.Pool({ connectionString: urls.admin, max: 2, options: sessionOptions });
  admin.on('error', () => undefined).on('connect', (client) => client.on('error', () => undefined));
  return {
    database,
    admin,
    urls,
    contextKey,
    drop: async () => {
      await Promise.all([database.close(), admin.end()]);
      await administer(adminUrl, (admin) => admin.query(`drop database ${name} with (force)`));
    },
  };
}

function withDatabase(base: string, name: string): string {
  const url = new URL(base);
  url.pathname = `/${name}`;
  return url.href;
}

async function administer(
  url: string,
  work: (admin: pg.Client) => Promise<unknown>,
): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
