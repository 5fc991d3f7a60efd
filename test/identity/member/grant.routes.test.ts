/** Tells of: grant.routes, grant.records. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { siteRecords } from '../../../db/water/site.records.js';
import { createIdentityApi, type IdentityApi } from '../identity-api.js';
import { callsOf, openCompany, type Company, type Person } from './company-fixture.js';

let api: IdentityApi;
let company: Company;
beforeAll(async () => {
  api = await createIdentityApi();
});
beforeEach(async () => {
  company = await openCompany(api);
});
afterAll(() => api.drop());

const addSite = ({ accountId, owner: { principalId } }: Company): Promise<string> =>
  api.database.transaction({ accountId, principalId }, (scope) =>
    siteRecords(scope).create({ name: 'Depot' }),
  );
const grantsOf = ({ userId }: Person) => `${company.path}/members/${userId}/grants`;
const onSite = (siteId: string, role: string) => ({
  resource_type: 'site',
  resource_id: siteId,
  role,
});
const eventsOfType = async (type: string) =>
  (await api.events(type)).filter(({ account_id: id }) => id === company.accountId);

describe('a grant on one resource', () => {
  it('is granted, listed, changed in place and taken back, each eventsOfType once', async () => {
    const [viewer, siteId] = [await company.join('VIEWER'), await addSite(company)];
    const owner = callsOf(api, company.owner);
    const granted = await owner.post(grantsOf(viewer), onSite(siteId, 'OPERATOR')).expect(201);
    const { grant_id: grantId } = granted.body;
    expect(granted.headers['location']).toBe(`${grantsOf(viewer)}/${grantId}`);
    const again = await owner.post(grantsOf(viewer), onSite(siteId, 'OPERATOR')).expect(200);
    const changed = await owner.post(grantsOf(viewer), onSite(siteId, 'MANAGER')).expect(200);
    expect([again.body, changed.body]).toEqual([granted.body, granted.body]);
    const listed = await callsOf(api, viewer).get(grantsOf(viewer)).expect(200);
    expect(listed.body.items).toEqual([
      {
        grant_id: grantId,
        user_id: viewer.userId,
        principal_id: viewer.principalId,
        ...onSite(siteId, 'MANAGER'),
        created_at: expect.any(String),
      },
    ]);
    expect(
      (await eventsOfType('ACCESS_GRANT_CREATED')).map(({ payload }) => payload['role']),
    ).toEqual(['OPERATOR', 'MANAGER']);
    await owner.delete(`${grantsOf(viewer)}/${grantId}`).expect(204);
    await owner.delete(`${grantsOf(viewer)}/${grantId}`).expect(404);
    expect(await eventsOfType('ACCESS_GRANT_REVOKED')).toMatchObject([
      { payload: { principal_id: viewer.principalId, ...onSite(siteId, 'MANAGER') } },
    ]);
  });

  it('is for members alone, on a resource of the account alone', async () => {
    const [viewer, siteId] = [await company.join('VIEWER'), await addSite(company)];
    const owner = callsOf(api, company.owner);
    const foreign = await addSite(await openCompany(api));
    const building = { resource_type: 'building', resource_id: siteId, role: 'VIEWER' };
    await owner.post(grantsOf(viewer), onSite(foreign, 'VIEWER')).expect(404);
    await owner.post(grantsOf(viewer), building).expect(404);
    const stranger = await api.signUp();
    await owner.post(grantsOf(stranger), onSite(siteId, 'VIEWER')).expect(404);
    await owner.get(grantsOf(stranger)).expect(404);
    await owner.post(grantsOf(viewer), { ...onSite(siteId, 'VIEWER'), role: 'KING' }).expect(422);
    expect(await eventsOfType('ACCESS_GRANT_CREATED')).toEqual([]);
  });

  it('is neither granted nor taken back above the own role', async () => {
    const [viewer, manager] = [await company.join('VIEWER'), await company.join('MANAGER')];
    const siteId = await addSite(company);
    await callsOf(api, manager).post(grantsOf(viewer), onSite(siteId, 'ADMIN')).expect(403);
    const granted = await callsOf(api, company.owner)
      .post(grantsOf(viewer), onSite(siteId, 'ADMIN'))
      .expect(201);
    const path = `${grantsOf(viewer)}/${granted.body.grant_id}`;
    await callsOf(api, manager).delete(path).expect(403);
    await callsOf(api, manager).post(grantsOf(viewer), onSite(siteId, 'VIEWER')).expect(403);
    await callsOf(api, viewer).delete(path).expect(403);
    await callsOf(api, manager).post(`${company.path}/members/${viewer.userId}/revoke`).expect(403);
  });

  it('ends with the membership, and is no role on the account', async () => {
    const [viewer, siteId] = [await company.join('VIEWER'), await addSite(company)];
    const owner = callsOf(api, company.owner);
    const granted = await owner.post(grantsOf(viewer), onSite(siteId, 'OPERATOR')).expect(201);
    const { rows } = await api.admin.query(
      `select grant_id from identity.access_grants where principal_id = $1 and account_id = $2 and resource_type = 'account'`,
      [viewer.principalId, company.accountId],
    );
    await owner.delete(`${grantsOf(viewer)}/${rows[0].grant_id}`).expect(404);
    await owner.post(`${company.path}/members/${viewer.userId}/revoke`).expect(200);
    expect(await eventsOfType('ACCESS_GRANT_REVOKED')).toHaveLength(1);
    await owner.delete(`${grantsOf(viewer)}/${granted.body.grant_id}`).expect(404);
  });
});
