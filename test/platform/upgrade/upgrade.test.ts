import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import knexPkg from 'knex';
import { createRolePool, platformAccountId } from '../../../db/connection/database.js';
import { migrateDatabase } from '../../../db/setup/migrate.js';
import { migrations } from '../../../db/migrations/index.js';
import { textQuery } from '../../support/servers/text-query.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';

type Row = Record<string, unknown>;

/** A data folder of the version before, after the demo. */
const before = JSON.parse(
  readFileSync(new URL('rows-of-0042.json', import.meta.url), 'utf8'),
) as Record<string, Row[]>;

/** Where the rows of a table are now. */
const placeOf = (table: string): string => {
  if (table === 'water.alerts') return 'notifications.alerts';
  if (table === 'platform.mailbox') return 'notifications.mailbox';
  return /^water\.(device|claim)/.test(table) ? table.replace('water.', 'devices.') : table;
};

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  const owner = knexPkg.knex({ client: 'pg', connection: test.urls.owner });
  for (const [name, { down }] of Object.entries(migrations).reverse())
    if (name >= '0043') await down(owner);
  await owner.destroy();
  await test.admin.query(`delete from millrace_migrations where name >= '0043'`);
  await fill();
  await migrateDatabase(test.urls.owner, test.contextKey);
});
afterAll(() => test.drop());

/** Rows unchanged, past triggers that would number and count the rows anew. */
async function fill(): Promise<void> {
  const client = await test.admin.connect();
  try {
    await client.query('begin; set local session_replication_role = replica');
    for (const [table, rows] of Object.entries(before))
      await client.query(
        `insert into ${table} select r.* from jsonb_populate_recordset(null::${table}, $1::jsonb) r`,
        [JSON.stringify(rows)],
      );
    await client.query('commit');
  } finally {
    client.release();
  }
}

const rowsOf = async (table: string): Promise<Row[]> =>
  (await test.admin.query<{ row: Row }>(`select to_jsonb(t) as row from ${table} t`)).rows.map(
    ({ row }) => row,
  );
const sorted = (rows: readonly Row[]): string[] =>
  rows
    .map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))))
    .sort();

describe('a database of the version before', () => {
  it.each(Object.keys(before))('keeps every row of %s', async (table) => {
    const names = Object.keys(before[table]?.[0] ?? {});
    const kept = (await rowsOf(placeOf(table))).map((row) =>
      Object.fromEntries(names.map((name) => [name, row[name]])),
    );
    expect(before[table]?.length).toBeGreaterThan(0);
    expect(sorted(kept)).toEqual(sorted(before[table] ?? []));
  });

  it('has its devices attached to things of the kind that there was', async () => {
    const [attachment] = await rowsOf('devices.device_attachments');
    const [earlier] = before['water.device_attachments'] ?? [];
    expect(attachment).toMatchObject({ kind: 'reservoir', thing_id: earlier?.['reservoir_id'] });
  });

  it('has its counters and months under the new names', async () => {
    const { rows: counted } = await test.admin.query(
      `select counted_table as name from identity.counted_resources where resource = 'devices'`,
    );
    expect(counted).toEqual([{ name: 'devices.device_attachments' }]);
    const { rows: left } = await test.admin.query(
      `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'water' and c.relkind in ('r', 'p') and c.relname ~ '^(device|telemetry|alert)'`,
    );
    expect(left).toEqual([]);
  });
});

describe('the old name of a moved table', () => {
  it.each(Object.keys(before).filter((table) => placeOf(table) !== table))(
    'shows the rows of %s to the version before',
    async (table) => {
      const names = Object.keys(before[table]?.[0] ?? {});
      const shown = (await rowsOf(table)).map((row) =>
        Object.fromEntries(names.map((name) => [name, row[name]])),
      );
      expect(sorted(shown)).toEqual(sorted(before[table] ?? []));
    },
  );

  it('takes what the gateway of the version before writes, and no more', async () => {
    const ingest = createRolePool(test.urls.ingest);
    const [device] = before['water.devices'] ?? [];
    const { rowCount } = await ingest.query(
      'update water.device_inboxes d set signalled_to = d.accepted_to where d.device_id = $1',
      [device?.['device_id']],
    );
    expect(rowCount).toBe(1);
    await expect(
      ingest.query('select u.mqtt_password_hash from water.device_units u'),
    ).rejects.toThrow('permission denied');
    await ingest.end();
  });

  it('lets nobody into the inventory for an account', async () => {
    const unitIds = textQuery('select u.device_id from water.device_units u');
    const unitsOf = (accountId: string) => test.database.reads({ accountId }).read(unitIds, {});
    expect(await unitsOf('0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f')).toEqual([]);
    expect(await unitsOf(platformAccountId)).toHaveLength(1);
  });
});
