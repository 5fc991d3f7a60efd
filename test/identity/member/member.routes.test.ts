/** Tells of: member.routes, member.records, access.records. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
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

const pathOf = ({ userId }: Person) => `${company.path}/members/${userId}`;
const roleOf = async ({ principalId }: Person): Promise<string | undefined> => {
  const { rows } = await api.admin.query(
    `select role from identity.access_grants where account_id = $1 and principal_id = $2 and resource_type = 'account'`,
    [company.accountId, principalId],
  );
  return rows[0]?.role;
};
const changesTold = async (): Promise<unknown[]> => {
  const events = await api.events('ORG_MEMBERSHIP_CHANGED');
  return events
    .filter(({ account_id: id }) => id === company.accountId)
    .map(({ payload }) => [payload['principal_id'], payload['previous_role'], payload['role']]);
};

describe('members', () => {
  it('are listed for every member, by role and standing, a page at a time', async () => {
    const [viewer, manager] = [await company.join('VIEWER'), await company.join('MANAGER')];
    await api.admin.query(`update identity.users set status = 'LOCKED' where user_id = $1`, [
      manager.userId,
    ]);
    const list = async (query = '') =>
      (await callsOf(api, viewer).get(`${company.path}/members${query}`).expect(200)).body;
    const { items } = await list();
    expect(items.map((item: Person & { user_id: string }) => item.user_id).sort()).toEqual(
      [company.owner, viewer, manager].map(({ userId }) => userId).sort(),
    );
    expect(items.find((item: { role: string }) => item.role === 'VIEWER')).toEqual({
      user_id: viewer.userId,
      principal_id: viewer.principalId,
      email: viewer.email,
      display_name: null,
      role: 'VIEWER',
      status: 'ACTIVE',
      last_login_at: expect.any(String),
      joined_at: expect.any(String),
    });
    expect((await list('?role=OWNER')).items).toHaveLength(1);
    expect((await list('?status=LOCKED')).items).toMatchObject([{ user_id: manager.userId }]);
    const first = await list('?limit=2');
    const second = await list(`?limit=2&cursor=${first.next_cursor}`);
    expect([...first.items, ...second.items]).toEqual(items);
  });

  it('get another role by whoever may give it, and the event says which before and after', async () => {
    const [manager, viewer] = [await company.join('MANAGER'), await company.join('VIEWER')];
    await callsOf(api, manager).patch(pathOf(viewer), { role: 'OPERATOR' }).expect(200);
    await callsOf(api, manager).patch(pathOf(viewer), { role: 'OPERATOR' }).expect(200);
    expect(await roleOf(viewer)).toBe('OPERATOR');
    expect((await changesTold()).slice(-2)).toEqual([
      [viewer.principalId, null, 'VIEWER'],
      [viewer.principalId, 'VIEWER', 'OPERATOR'],
    ]);
  });

  it('are not touched from below, nor lifted above', async () => {
    const people = {
      manager: await company.join('MANAGER'),
      admin: await company.join('ADMIN'),
      viewer: await company.join('VIEWER'),
    };
    const manager = callsOf(api, people.manager);
    for (const refused of [
      manager.patch(pathOf(people.viewer), { role: 'ADMIN' }),
      manager.patch(pathOf(people.manager), { role: 'OWNER' }),
      manager.patch(pathOf(people.admin), { role: 'VIEWER' }),
      manager.post(`${pathOf(people.admin)}/revoke`),
      callsOf(api, people.admin).post(`${pathOf(company.owner)}/revoke`),
      callsOf(api, people.viewer).patch(pathOf(people.viewer), { role: 'MANAGER' }),
      callsOf(api, people.viewer).post(`${pathOf(people.manager)}/revoke`),
    ])
      expect((await refused).body.error_code).toBe('FORBIDDEN');
    expect([await roleOf(people.viewer), await roleOf(people.admin)]).toEqual(['VIEWER', 'ADMIN']);
  });

  it('leave or are shown out with all that was granted, and again changes nothing', async () => {
    const [viewer, member] = [await company.join('VIEWER'), await company.join('MEMBER')];
    await callsOf(api, viewer)
      .post(`${pathOf(viewer)}/revoke`)
      .expect(200);
    const owner = callsOf(api, company.owner);
    await owner.post(`${pathOf(member)}/revoke`).expect(200);
    await owner.post(`${pathOf(member)}/revoke`).expect(200);
    expect([await roleOf(viewer), await roleOf(member)]).toEqual([undefined, undefined]);
    expect((await changesTold()).slice(-2)).toEqual([
      [viewer.principalId, 'VIEWER', null],
      [member.principalId, 'MEMBER', null],
    ]);
    const { rows } = await api.admin.query(
      'select principal_id, role from identity.revoked_grants where account_id = $1 order by revoked_at',
      [company.accountId],
    );
    expect(rows).toEqual([
      { principal_id: viewer.principalId, role: 'VIEWER' },
      { principal_id: member.principalId, role: 'MEMBER' },
    ]);
    await owner.patch(pathOf(member), { role: 'VIEWER' }).expect(404);
  });

  it('are nobody else: a stranger, and an id of nobody, are the same 404', async () => {
    const stranger = await api.signUp();
    const owner = callsOf(api, company.owner);
    const nobody = { ...stranger, userId: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f' };
    for (const person of [stranger, nobody]) {
      await owner.patch(pathOf(person), { role: 'VIEWER' }).expect(404);
      await owner.post(`${pathOf(person)}/revoke`).expect(404);
    }
    await callsOf(api, stranger).get(`${company.path}/members`).expect(403);
  });
});

describe('an owner', () => {
  it('stays while there is no other who may sign in', async () => {
    const owner = callsOf(api, company.owner);
    const refusals = [
      await owner.patch(pathOf(company.owner), { role: 'ADMIN' }).expect(409),
      await owner.post(`${pathOf(company.owner)}/revoke`).expect(409),
    ];
    for (const { body } of refusals)
      expect([body.error_code, body.details.accounts]).toEqual(['LAST_OWNER', [company.accountId]]);
    const other = await company.join('OWNER');
    await api.admin.query(`update identity.users set status = 'DISABLED' where user_id = $1`, [
      other.userId,
    ]);
    await owner.post(`${pathOf(company.owner)}/revoke`).expect(409);
    await api.admin.query(`update identity.users set status = 'ACTIVE' where user_id = $1`, [
      other.userId,
    ]);
    await owner.post(`${pathOf(company.owner)}/revoke`).expect(200);
    expect([await roleOf(company.owner), await roleOf(other)]).toEqual([undefined, 'OWNER']);
  });

  it('stays when two demote each other at once, or leave at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      company = await openCompany(api);
      const other = await company.join('OWNER');
      const [one, two] = [callsOf(api, company.owner), callsOf(api, other)];
      const both =
        round % 2 === 0
          ? [
              one.patch(pathOf(other), { role: 'VIEWER' }),
              two.patch(pathOf(company.owner), { role: 'VIEWER' }),
            ]
          : [one.post(`${pathOf(company.owner)}/revoke`), two.post(`${pathOf(other)}/revoke`)];
      const statuses = (await Promise.all(both)).map(({ status }) => status).sort();
      expect(statuses[0]).toBe(200);
      expect([403, 409]).toContain(statuses[1]);
      const roles = [await roleOf(company.owner), await roleOf(other)];
      expect(roles.filter((role) => role === 'OWNER')).toHaveLength(1);
    }
  });
});
