/** Tells of: account.routes, caller.views. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isOfAccount } from '../../../api/route/access.js';
import { createIdentityApi, type IdentityApi } from '../identity-api.js';
import { callsOf, openCompany, type Company, type Person } from '../member/company-fixture.js';
import { plainPasswords } from '../../support/people/plain-passwords.js';
import { authenticatorOf } from '../../support/people/authenticator.js';

let api: IdentityApi;
let company: Company;
beforeAll(async () => {
  api = await createIdentityApi({ passwords: plainPasswords });
});
beforeEach(async () => {
  company = await openCompany(api);
});
afterAll(() => api.drop());

/** Turns the second factor on in the person's session. */
async function secure(person: Person): Promise<void> {
  const calls = callsOf(api, person);
  const { body: enrolled } = await calls.post('/v1/me/mfa/totp').expect(201);
  await calls
    .post('/v1/me/mfa/totp/confirm', { code: authenticatorOf(enrolled.secret)() })
    .expect(200);
}
const requireOf = (person: Person, roles: string[]) =>
  callsOf(api, person).patch(company.path, { mfa_required_roles: roles });
/** A standing is believed for a second. */
const letStandingsAge = () => new Promise((resolve) => setTimeout(resolve, 1_050));
const refusal = { error_code: 'MFA_REQUIRED_BY_ACCOUNT' };

describe('an account that requires a second factor', () => {
  it('is told so by an owner whose own session has one, and says so', async () => {
    const { owner } = company;
    const admin = await company.join('ADMIN');
    const asAdmin = await requireOf(admin, ['VIEWER']).expect(403);
    expect(asAdmin.body.details).toMatchObject({ reason: 'OWNER_REQUIRED' });
    const unsecured = await requireOf(owner, ['VIEWER']).expect(403);
    expect(unsecured.body.details).toMatchObject({ reason: 'SECOND_FACTOR_REQUIRED' });
    await secure(owner);
    await requireOf(owner, ['NOBODY']).expect(422);
    await requireOf(owner, ['VIEWER', 'VIEWER']).expect(422);
    const { body } = await requireOf(owner, ['OWNER', 'VIEWER']).expect(200);
    expect(body.mfa_required_roles).toEqual(['OWNER', 'VIEWER']);
    await callsOf(api, admin).patch(company.path, { city: 'Nairobi' }).expect(200);
  });

  it('is closed to such members without one, on every route and for tokens, until they have it', async () => {
    const { owner, accountId } = company;
    const members = `${company.path}/members`;
    const [viewer, manager] = [await company.join('VIEWER'), await company.join('MANAGER')];
    await secure(owner);
    await requireOf(owner, ['OWNER', 'VIEWER']).expect(200);
    await letStandingsAge();
    const routes = api.parts
      .listRoutes()
      .filter(
        ({ access, path: at, method }) =>
          isOfAccount(access) && at.startsWith('/v1/accounts/:account_id') && method === 'get',
      );
    expect(routes.length).toBeGreaterThan(5);
    for (const route of routes) {
      const address = route.path
        .replace(':account_id', accountId)
        .replaceAll(/:\w+/g, owner.userId);
      expect((await callsOf(api, viewer).get(address).expect(403)).body).toMatchObject(refusal);
    }
    const exchange = { account_id: accountId };
    const refused = await callsOf(api, viewer).post('/v1/auth/token', exchange).expect(403);
    expect(refused.body).toMatchObject(refusal);
    await callsOf(api, manager).get(members).expect(200);
    await callsOf(api, owner).get(members).expect(200);

    expect((await callsOf(api, viewer).get('/v1/me')).body.user.mfa_enabled).toBe(false);
    await secure(viewer);
    await letStandingsAge();
    await callsOf(api, viewer).get(members).expect(200);
    expect((await callsOf(api, viewer).get('/v1/me')).body.user.mfa_enabled).toBe(true);
  });

  it('is closed to a role on one of its resources likewise', async () => {
    const { owner, accountId } = company;
    const guest = await api.signUp();
    await api.admin.query(
      `insert into identity.access_grants (account_id, principal_id, resource_type, resource_id, role)
       values ($1, $2, 'site', gen_random_uuid(), 'VIEWER')`,
      [accountId, guest.principalId],
    );
    await secure(owner);
    await requireOf(owner, ['VIEWER']).expect(200);
    await letStandingsAge();
    const exchange = { account_id: accountId };
    const refused = await callsOf(api, guest).post('/v1/auth/token', exchange).expect(403);
    expect(refused.body).toMatchObject(refusal);
  });
});
