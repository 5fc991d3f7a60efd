import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createExternalPrincipalRecords } from '../../../db/identity/credential/external-principal.records.js';
import { newId } from '../../../db/shared/id.js';
import { createIdentityFixture, type IdentityFixture } from '../identity-fixture.js';

const issuer = 'https://issuer.example/';
let fixture: IdentityFixture;
let accountId: string;

beforeAll(async () => {
  fixture = await createIdentityFixture();
  const { principalId } = await fixture.aProved();
  const { rows } = await fixture.admin.query(
    'select account_id from identity.access_grants where principal_id = $1',
    [principalId],
  );
  accountId = rows[0].account_id;
});
afterAll(() => fixture.drop());

it('makes one principal of a subject that is seen for the first time many times at once', async () => {
  const records = createExternalPrincipalRecords({ database: fixture.database });
  for (const subject of ['a', 'b', 'c']) {
    const external = { issuer, subject, accountId };
    const ids = await Promise.all(Array.from({ length: 10 }, () => records.principalOf(external)));
    expect(new Set(ids).size).toBe(1);
    expect(await records.principalOf(external)).toBe(ids[0]);
  }
  const { rows } = await fixture.admin.query(
    `select count(*)::int as count from identity.principals where kind = 'SERVICE'`,
  );
  expect(rows).toEqual([{ count: 3 }]);
});

it('makes none in an account that is not there', async () => {
  const records = createExternalPrincipalRecords({ database: fixture.database });
  const nobody = { issuer, subject: 'nobody', accountId: newId() };
  expect(await records.principalOf(nobody)).toBeUndefined();
  const { rowCount } = await fixture.admin.query(
    `select from identity.external_principals where subject = 'nobody'`,
  );
  expect(rowCount).toBe(0);
});
