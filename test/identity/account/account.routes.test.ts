/** Tells of: account.routes, account.records, account-opening.records. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { maxAccountsOfPerson } from '../../../workflows/identity/member.rules.js';
import { createIdentity, createIdentityApi, type IdentityApi } from '../identity-api.js';
import { createTestApi, tokenOf } from '../../support/api/test-api.js';
import { callsOf, openCompany } from '../member/company-fixture.js';

let api: IdentityApi;
beforeAll(async () => {
  api = await createIdentityApi();
});
afterAll(() => api.drop());

describe('an account', () => {
  it('is opened by a person, who owns it at once', async () => {
    const amina = callsOf(api, await api.signUp());
    const description = {
      name: ' Kibera Water ',
      legal_name: 'Kibera Water Ltd',
      country_code: 'KE',
      region: 'Nairobi County',
      city: 'Nairobi',
    };
    const subscription = { plan_id: 'protect', billing_period: 'YEARLY' };
    const opened = await amina.post('/v1/accounts', { ...description, subscription }).expect(201);
    const { org_id: id } = opened.body;
    expect(opened.body).toEqual({ org_id: id, org_principal_id: id });
    expect(opened.headers['location']).toBe(`/v1/accounts/${id}`);
    const { body: me } = await amina.get('/v1/me').expect(200);
    expect(me.org_memberships).toContainEqual(
      expect.objectContaining({ org_id: id, role: 'OWNER', org_name: 'Kibera Water' }),
    );
    const { rows } = await api.admin.query(
      'select plan_id, billing_period from identity.subscriptions where account_id = $1',
      [id],
    );
    expect(rows).toEqual([subscription]);
  });

  it('is read by its members, and changed by those who may', async () => {
    const company = await openCompany(api);
    const [owner, viewer] = [company.owner, await company.join('VIEWER')];
    const empty = { legal_name: null, country_code: null, region: null, city: null };
    const whole = { id: company.accountId, name: 'Kibera Water', ...empty };
    expect((await callsOf(api, viewer).get(company.path).expect(200)).body).toMatchObject(whole);
    const patch = { name: ' Maji ', city: 'Nairobi', country_code: 'KE' };
    const changed = await callsOf(api, owner).patch(company.path, patch).expect(200);
    expect(changed.body).toMatchObject({ ...whole, ...patch, name: 'Maji' });
    const cleared = await callsOf(api, owner).patch(company.path, { city: null }).expect(200);
    expect([cleared.body.city, cleared.body.country_code]).toEqual([null, 'KE']);
    await callsOf(api, viewer).patch(company.path, { name: 'Mine' }).expect(403);
    for (const wrong of [
      {},
      { name: '' },
      { name: null },
      { name: 'a\u202eb' },
      { country_code: 'kenya' },
    ])
      await callsOf(api, owner).patch(company.path, wrong).expect(422);
    await callsOf(api, await api.signUp())
      .get(company.path)
      .expect(403);
  });

  it('shows itself by a name and a picture of its own', async () => {
    const company = await openCompany(api);
    const owner = callsOf(api, company.owner);
    const profile = `${company.path}/profile`;
    const first = { org_id: company.accountId, org_principal_id: company.accountId };
    expect((await owner.get(profile).expect(200)).body).toEqual({
      ...first,
      org_name: 'Kibera Water',
      display_name: null,
      avatar_uri: null,
    });
    const avatarId = await storePicture(company.accountId);
    const avatar_uri = `/v1/media/avatars/${company.accountId}/${avatarId}`;
    const patch = { display_name: 'Maji Safi', avatar_uri };
    const { body } = await owner.patch(profile, patch).expect(200);
    expect(body).toEqual({ ...first, org_name: 'Kibera Water', ...patch });
    const foreign = await storePicture(company.owner.principalId);
    for (const wrong of [
      { avatar_uri: `/v1/media/avatars/${company.owner.principalId}/${foreign}` },
      { avatar_uri: '' },
      { avatar_uri: 'https://elsewhere.example/x.png' },
      {},
    ])
      await owner
        .patch(profile, { ...wrong, ...('avatar_uri' in wrong ? { org_name: 'X' } : {}) })
        .expect(422);
    expect((await owner.get(profile).expect(200)).body).toEqual(body);
    expect(
      (await owner.patch(profile, { avatar_uri: null }).expect(200)).body.avatar_uri,
    ).toBeNull();
  });

  it('is one of twenty of a person, also when more are opened at once', async () => {
    const amina = await api.signUp();
    await api.admin.query(
      `insert into identity.principals (principal_id, kind)
         select md5(n || $1)::uuid, 'ORGANIZATION' from generate_series(1, $2::int) n`,
      [amina.userId, maxAccountsOfPerson - 2],
    );
    await api.admin.query(
      `insert into identity.accounts (account_id, kind, name, created_by)
         select md5(n || $1)::uuid, 'ORGANIZATION', 'Full', $3::uuid from generate_series(1, $2::int) n`,
      [amina.userId, maxAccountsOfPerson - 2, amina.principalId],
    );
    const opened = await Promise.all(
      [1, 2, 3, 4].map((n) => callsOf(api, amina).post('/v1/accounts', { name: `One ${n}` })),
    );
    expect(opened.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409]);
    const refused = opened.find(({ status }) => status === 409);
    expect(refused?.body).toMatchObject({
      error_code: 'TOO_MANY_ACCOUNTS',
      details: { limit: maxAccountsOfPerson },
    });
  });

  it('has a larger plan at once only where that is open to everybody', async () => {
    const { routes } = createIdentity({ ...api.parts, planId: 'monitor', selfServicePlans: [] });
    const strict = createTestApi({ database: api.database, routes });
    const amina = await api.signUp();
    const token = tokenOf({}, amina.principalId);
    const open = (plan_id: string) =>
      strict.post('/v1/accounts', token, {
        name: 'Kibera Water',
        subscription: { plan_id, billing_period: 'MONTHLY' },
      });
    expect((await open('pro').expect(403)).body.details).toEqual({
      reason: 'PLAN_NOT_SELF_SERVICE',
      plan_id: 'pro',
    });
    await open('monitor').expect(201);
  });
});

async function storePicture(principalId: string): Promise<string> {
  const { rows } = await api.admin.query(
    `insert into identity.avatars (avatar_id, principal_id, upload_token_hash, upload_until, object_id, stored_at)
     values (gen_random_uuid(), $1, sha256(gen_random_uuid()::text::bytea), now(), gen_random_uuid(), now())
     returning avatar_id`,
    [principalId],
  );
  return rows[0].avatar_id;
}
