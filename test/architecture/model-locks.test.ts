import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAccountOpeningRecords } from '../../db/identity/account/account-opening.records.js';
import { accountRecords } from '../../db/identity/account/account.records.js';
import { subscriptionRecords } from '../../db/identity/account/subscription.records.js';
import { createVerificationRecords } from '../../db/identity/registration/verification.records.js';
import { webhookStandingStore } from '../../db/platform/webhook/webhook-standing.store.js';
import { webhookRecords } from '../../db/platform/webhook/webhook.records.js';
import { webhookStore } from '../../db/platform/webhook/webhook.store.js';
import { createWebhookSecrets } from '../../db/secrets/webhook-secrets.js';
import { measuredReservoirStore } from '../../db/water/measured-reservoir.store.js';
import { reservoirRecords } from '../../db/water/reservoir.records.js';
import { siteRecords } from '../../db/water/site.records.js';
import type { Database, WriteScope } from '../../db/connection/database.js';
import { newId } from '../../db/shared/id.js';
import { waitingStatement } from '../support/locks/model-locks.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { plant, rowOf, tablesOf, type Row } from '../support/servers/tenant-rows.js';

const db = fileURLToPath(new URL('../../db', import.meta.url));
const id = newId();
const context = { accountId: id, principalId: id };
const tank = { siteId: id, name: 'Tank', reservoirType: 'TANK', mobility: 'FIXED' } as const;
const otpKey = '00'.repeat(32);
const recipient = { channel: 'EMAIL', identifier: 'locked@example.com' } as const;
const proof = { tokenId: id, recipient, ownerId: id, hashes: [], attempts: [] };
const audited = {
  action: 'user.verify',
  subjectType: 'user',
  ip: null,
  route: null,
  requestId: null,
} as const;
const secrets = createWebhookSecrets(otpKey);
const policy = { opensAfter: 3, probeEveryMs: 1_000, disableAfterMs: 1_000 };

interface ModelLock {
  file: string;
  table: string;
  clause: 'for update' | 'for no key update' | 'for key share';
  work: (scope: WriteScope, database: Database) => Promise<unknown>;
}
/** Each locks a row of `rows`. */
const locks: readonly ModelLock[] = [
  {
    file: 'identity/account/account-opening.records.ts',
    table: 'identity.users',
    clause: 'for update',
    work: (_scope, database) =>
      createAccountOpeningRecords({ database, planId: 'monitor', upgrades: [] }).open(
        id,
        { name: 'Depot' },
        audited,
      ),
  },
  {
    file: 'identity/account/account.records.ts',
    table: 'identity.access_grants',
    clause: 'for update',
    work: (scope) => accountRecords(scope).setRole(id, 'MANAGER'),
  },
  {
    file: 'identity/account/subscription.records.ts',
    table: 'identity.subscriptions',
    clause: 'for no key update',
    work: (scope) => subscriptionRecords(scope, { upgrades: [] }).update({}),
  },
  {
    file: 'identity/registration/verification.records.ts',
    table: 'identity.users',
    clause: 'for update',
    work: (_scope, database) =>
      createVerificationRecords({
        database,
        otpKey,
        planId: 'monitor',
        joinByInvite: () => Promise.resolve(),
      }).complete(proof, audited),
  },
  {
    file: 'platform/webhook/webhook-standing.store.ts',
    table: 'platform.webhooks',
    clause: 'for no key update',
    work: (scope) => webhookStandingStore(scope).lock(id),
  },
  {
    file: 'platform/webhook/webhook.records.ts',
    table: 'platform.webhooks',
    clause: 'for no key update',
    work: (scope) => webhookRecords(scope, { secrets }).update(id, 1, {}),
  },
  {
    file: 'platform/webhook/webhook.store.ts',
    table: 'platform.webhooks',
    clause: 'for no key update',
    work: (scope) => webhookStore(scope, { policy }).delivered(id),
  },
  {
    file: 'water/measured-reservoir.store.ts',
    table: 'water.reservoirs',
    clause: 'for key share',
    work: (scope) => measuredReservoirStore(scope).holdThing(id),
  },
  {
    file: 'water/reservoir.records.ts',
    table: 'water.sites',
    clause: 'for key share',
    work: (scope) => reservoirRecords(scope).create(tank as never),
  },
  {
    file: 'water/reservoir.records.ts',
    table: 'water.reservoirs',
    clause: 'for no key update',
    work: (scope) => reservoirRecords(scope).update(id, 1, {}),
  },
  {
    file: 'water/reservoir.records.ts',
    table: 'water.reservoirs',
    clause: 'for update',
    work: (scope) => reservoirRecords(scope).delete(id),
  },
  {
    file: 'water/site.records.ts',
    table: 'water.sites',
    clause: 'for no key update',
    work: (scope) => siteRecords(scope).update(id, 1, {}),
  },
];

/** The smallest rows, all keys with the same id. */
const rows: Readonly<Record<string, Row>> = {
  'identity.access_grants': { principal_id: id, resource_type: 'account', resource_id: id },
  'identity.subscriptions': { account_id: id },
  'identity.tokens': { token_id: id, user_id: id, expires_at: '2126-01-01' },
  'identity.users': { user_id: id, principal_id: id },
  'platform.webhooks': { webhook_id: id },
  'water.reservoirs': { reservoir_id: id },
  'water.sites': { site_id: id },
};

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  const tables = (await tablesOf(test.admin)).filter(({ name }) => name in rows);
  expect(tables).toHaveLength(Object.keys(rows).length);
  await plant(
    test.admin,
    tables.map((table) => ({ table, row: { ...rowOf(table, id), ...rows[table.name] } })),
  );
});
afterAll(() => test.drop());

describe('a record that is read to be changed', () => {
  it.each(locks)(
    'waits for who has it: $table $clause, of $file',
    async ({ table, clause, work }) => {
      const holding = { admin: test.admin, text: `select from ${table} for update`, values: [] };
      const statement = await waitingStatement(holding, () =>
        test.database.transaction(context, (scope) => work(scope, test.database)),
      );
      expect(statement).toMatch(new RegExp(`^select .*${clause}$`));
    },
  );

  it('is locked at no place that is not tried here', () => {
    const places = readdirSync(db, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => {
        const calls = readFileSync(join(db, file), 'utf8').match(
          /\.for(NoKey|Key)?(Update|Share)\(/g,
        );
        return (calls ?? []).map(() => file);
      });
    expect(places.sort()).toEqual(locks.map(({ file }) => file).sort());
  });
});
