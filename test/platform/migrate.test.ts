import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { loadConfig } from '../../config.js';
import { auditRoleWarning, isAuditRoleOpen, withAuditRole } from '../../db/setup/audit-role.js';
import { migrateDatabase, rollbackDatabase } from '../../db/setup/migrate.js';
import { aloneInCluster, ensureAuditRole } from '../../db/setup/provision.js';
import { stockViews } from '../../db/water/stock.views.js';
import { provideDatabase } from '../../workers/dev/backing.js';
import type { Screen } from '../../workers/dev/screen.js';
import { runCommand } from '../support/processes/command.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { aSeller } from '../support/water/market.js';
import { testServers } from '../support/servers/test-servers.js';
import { ourSchemas } from '../support/servers/schemas.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const objects = `
  select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in (${ourSchemas}) order by 1`;

it('takes every migration back and applies them again to the same schema', async () => {
  const before = await test.admin.query(objects);
  expect(before.rowCount).toBeGreaterThan(0);
  await rollbackDatabase(test.urls.owner, testServers().postgres.adminUrl);
  expect((await test.admin.query(objects)).rows).toEqual([]);
  await expect(migrateDatabase(test.urls.owner, test.contextKey)).rejects.toThrow(
    /DATABASE_ADMIN_URL.*lends it/,
  );
  const { adminUrl } = testServers().postgres;
  const { applied } = await migrateDatabase(test.urls.owner, test.contextKey, { adminUrl });
  expect(await isAuditRoleOpen(test.urls.owner)).toBe(false);
  expect(applied.length).toBeGreaterThan(0);
  expect((await test.admin.query(objects)).rows).toEqual(before.rows);
  expect((await migrateDatabase(test.urls.owner, test.contextKey)).applied).toEqual([]);
});

it('makes zero of what is too near to it to be reckoned with, and none of such a capacity', async () => {
  const near = 5e-324;
  const seller = await aSeller(test.admin, { safetyMarginPct: near });
  const small = await aSeller(test.admin, { capacityLiters: near });
  const { accountId, reservoirId: sellerReservoirId } = seller;
  const offer = () =>
    stockViews(test.database.reads({ accountId })).offer({
      sellerReservoirId,
      currency: 'KES',
      liters: 1,
    });
  await expect(offer()).rejects.toThrow(/underflow/);
  await test.admin.query(`delete from millrace_migrations where name = '0037_near_zero'`);
  await migrateDatabase(test.urls.owner, test.contextKey);
  expect((await offer())?.availableLiters).toBeGreaterThan(0);
  const numbersOf = async (reservoirId: string) =>
    (
      await test.admin.query(
        `select r.safety_margin_pct as margin, r.capacity_liters as capacity
         from water.reservoirs r where r.reservoir_id = $1`,
        [reservoirId],
      )
    ).rows[0];
  expect(await numbersOf(seller.reservoirId)).toMatchObject({
    margin: 0,
    capacity: expect.any(Number),
  });
  expect(await numbersOf(small.reservoirId)).toMatchObject({ capacity: null });
  const { rows } = await test.admin.query(
    `select c.relname from pg_class c where c.relname in ('reservoirs', 'reservoir_levels') and not c.relforcerowsecurity`,
  );
  expect(rows).toEqual([]);
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
    const nothing = () => undefined;
    const screen: Screen = {
      say: nothing,
      finish: nothing,
      warn: (text) => warnings.push(text),
      fail: nothing,
      table: nothing,
    };
    const given = { config: loadConfig(variables), contextKey: test.contextKey, screen };
    await provideDatabase(given as unknown as Parameters<typeof provideDatabase>[0]);
    return warnings;
  }
  const warningsOfMigrate = async () => (await runCommand('migrate', [], variables)).stderr;
  expect([await warningsOfStart(), await warningsOfMigrate()]).toEqual([[], '']);
  await withAuditRole(testServers().postgres.adminUrl, async () =>
    expect([await warningsOfStart(), await warningsOfMigrate()]).toEqual([
      [auditRoleWarning],
      auditRoleWarning,
    ]),
  );
});
