import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { loadConfig } from '../../config.js';
import { auditRoleWarning, isAuditRoleOpen, withAuditRole } from '../../db/shared/audit-role.js';
import { migrateDatabase, rollbackDatabase } from '../../db/shared/migrate.js';
import { aloneInCluster, ensureAuditRole } from '../../db/shared/provision.js';
import { provideDatabase, type BackingOptions } from '../../workers/dev/backing.js';
import { runCommand } from '../support/command.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { testServers } from '../support/test-servers.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const objects = `
  select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('platform', 'identity', 'water') order by 1`;

it('takes every migration back and applies them again to the same schema', async () => {
  const before = await test.admin.query(objects);
  expect(before.rowCount).toBeGreaterThan(0);
  await rollbackDatabase(test.urls.owner, testServers().postgres.adminUrl);
  expect((await test.admin.query(objects)).rows).toEqual([]);
  await expect(migrateDatabase(test.urls.owner, test.contextKey)).rejects.toThrow(/DATABASE_ADMIN_URL.*lends it/);
  const { adminUrl } = testServers().postgres;
  const { applied } = await migrateDatabase(test.urls.owner, test.contextKey, { adminUrl });
  expect(await isAuditRoleOpen(test.urls.owner)).toBe(false);
  expect(applied.length).toBeGreaterThan(0);
  expect((await test.admin.query(objects)).rows).toEqual(before.rows);
  expect((await migrateDatabase(test.urls.owner, test.contextKey)).applied).toEqual([]);
});

it('takes the writing of the audit log from the owner when it is provisioned again', () =>
  aloneInCluster(testServers().postgres.adminUrl, async (admin) => {
    await admin.query('grant millrace_audit to millrace_owner');
    expect(await isAuditRoleOpen(test.urls.app)).toBe(true);
    await ensureAuditRole(admin);
    expect(await isAuditRoleOpen(test.urls.app)).toBe(false);
  }));

it('warns whoever migrates or starts on a database whose owner belongs to the writer of the audit log', async () => {
  const variables = {
    NODE_ENV: 'test',
    SECRET_KEY: 'a secret of the tests that is long enough to be one',
    DATABASE_MIGRATION_URL: test.urls.owner,
    DATABASE_URL: test.urls.app,
    DATABASE_RELAY_URL: test.urls.relay,
    DATABASE_INGEST_URL: test.urls.ingest,
    DATABASE_MARKET_URL: test.urls.market,
    DATABASE_GATEWAY_URL: test.urls.gateway,
  };
  async function warningsOfStart(): Promise<string[]> {
    const warnings: string[] = [];
    const screen = { warn: (text: string) => warnings.push(text), done: () => undefined };
    const given = { config: loadConfig(variables), contextKey: test.contextKey, screen };
    await provideDatabase(given as unknown as BackingOptions);
    return warnings;
  }
  const warningsOfMigrate = async () => (await runCommand('migrate', [], variables)).stderr;
  expect([await warningsOfStart(), await warningsOfMigrate()]).toEqual([[], '']);
  await withAuditRole(testServers().postgres.adminUrl, async () =>
    expect([await warningsOfStart(), await warningsOfMigrate()]).toEqual([[auditRoleWarning], auditRoleWarning]),
  );
});
