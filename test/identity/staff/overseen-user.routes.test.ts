/** Tells of: overseen-user.routes, platform-role.routes, staff.records, platform-role.records, user-oversight.views. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createIdentityApi, password, type IdentityApi } from '../identity-api.js';
import { callsOf, openCompany, type Company, type Person } from '../member/company-fixture.js';

let api: IdentityApi;
let admin: Person;
let support: Person;
let target: Person;
beforeAll(async () => {
  api = await createIdentityApi();
  [admin, support] = [await staff('PLATFORM_ADMIN'), await staff('SUPPORT')];
});
beforeEach(async () => {
  target = await api.signUp();
});
afterAll(() => api.drop());

/** Somebody of a platform role, before the first request. */
async function staff(role: string): Promise<Person> {
  const person = await api.signUp();
  await api.admin.query(
    'insert into identity.platform_roles (principal_id, role) values ($1, $2)',
    [person.principalId, role],
  );
  return person;
}
const change = (person: Person, action: string, user = target) =>
  callsOf(api, person).post(`/v1/internal/users/${user.userId}/${action}`);
const isIn = async (user = target): Promise<boolean> =>
  (await callsOf(api, user).get('/v1/me')).status === 200;
const signIn = (user = target) =>
  api.request.post('/v1/auth/login').send({ username: user.email, password });
const statusEvents = async (): Promise<unknown[]> =>
  (await api.events('USER_STATUS_CHANGED'))
    .filter(({ subject_id: id }) => id === target.userId)
    .map(({ payload }) => [payload['from'], payload['to']]);
const withBody = (person: Person, method: 'post' | 'delete', path: string, body: object) =>
  api.request[method](path).auth(person.access_token, { type: 'bearer' }).send(body);
const changeRole = (person: Person, method: 'post' | 'delete', user: Person, role: string) =>
  withBody(person, method, `/v1/internal/users/${user.userId}/platform-roles`, { role });
/** Standings are believed for a second without a watch. */
const letStandingsAge = () => new Promise((resolve) => setTimeout(resolve, 1_050));

describe('the platform’s staff', () => {
  it('learns of its role, which others have not', async () => {
    const own = async (person: Person) => (await callsOf(api, person).get('/v1/internal/me')).body;
    expect(await own(admin)).toMatchObject({ is_admin: true, admin_role: 'PLATFORM_ADMIN' });
    expect(await own(support)).toEqual({
      is_admin: false,
      admin_role: 'SUPPORT',
      principal_id: support.principalId,
      capabilities: ['internal.read', 'users.lock', 'users.unlock', 'users.end_sessions'],
    });
    expect(await own(target)).toMatchObject({
      error_code: 'FORBIDDEN',
      details: { reason: 'ADMIN_REQUIRED' },
    });
  });

  it('finds users by a part of the address, and by the status, a page at a time', async () => {
    const list = async (query: string) =>
      (await callsOf(api, support).get(`/v1/internal/users${query}`).expect(200)).body;
    const part = target.email.slice(5, 14).toUpperCase();
    const user = {
      user_id: target.userId,
      principal_id: target.principalId,
      email: target.email,
      phone_e164: null,
      status: 'ACTIVE',
      preferred_language: 'en',
      email_verified_at: expect.any(String),
      phone_verified_at: null,
      last_login_at: expect.any(String),
      created_at: expect.any(String),
    };
    expect((await list(`?q=${part}`)).items).toEqual([user]);
    expect((await list('?q=%25_')).items).toEqual([]);
    expect((await list(`?q=${part}&status=LOCKED`)).items).toEqual([]);
    const first = await list('?limit=1');
    expect(first.items).toEqual([user]);
    expect((await list(`?limit=1&cursor=${first.next_cursor}`)).items).not.toEqual([user]);
    const read = callsOf(api, support).get(`/v1/internal/users/${target.userId}`);
    expect((await read.expect(200)).body).toEqual(user);
    await callsOf(api, support).get(`/v1/internal/users/${randomUUID()}`).expect(404);
  });
});

describe('a lock', () => {
  it('ends sessions and sign-ins under way, and is taken back', async () => {
    await change(support, 'lock').expect(200, { status: 'OK', orphaned_accounts: [] });
    await change(support, 'lock').expect(200);
    await letStandingsAge();
    expect(await isIn()).toBe(false);
    expect((await signIn().expect(403)).body.error_code).toBe('ACCOUNT_LOCKED');
    await change(support, 'unlock').expect(200);
    await change(support, 'unlock').expect(200);
    const { body: tokens } = await signIn().expect(200);
    expect(await isIn({ ...target, ...tokens })).toBe(true);
    await api.request
      .post('/v1/auth/refresh')
      .send({ refresh_token: target.refresh_token })
      .expect(401);
    expect(await statusEvents()).toEqual([
      ['ACTIVE', 'LOCKED'],
      ['LOCKED', 'ACTIVE'],
    ]);
  });

  it('is no matter of support where the user is disabled, or a platform admin', async () => {
    await change(support, 'disable').expect(403);
    await change(admin, 'disable').expect(200);
    const conflict = await change(support, 'lock').expect(409);
    expect(conflict.body.details).toEqual({ status: 'DISABLED' });
    expect((await signIn().expect(403)).body.error_code).toBe('ACCOUNT_DISABLED');
    await change(admin, 'enable').expect(200);
    await signIn().expect(200);
    for (const action of ['lock', 'unlock', 'sessions/revoke'])
      await change(support, action, admin).expect(403);
    await change(admin, 'lock', { ...target, userId: randomUUID() }).expect(404);
  });

  it('names the organisations left without an owner who may sign in', async () => {
    const company: Company = await openCompany(api);
    const { owner, accountId } = company;
    const other = await company.join('OWNER');
    await change(admin, 'disable', other).expect(200, { status: 'OK', orphaned_accounts: [] });
    await change(admin, 'lock', owner).expect(200, {
      status: 'OK',
      orphaned_accounts: [accountId],
    });
    const grant = { org_principal_id: accountId, user_id: target.userId, role: 'OWNER' };
    await withBody(admin, 'post', '/v1/internal/members/grant', grant).expect(200);
    await letStandingsAge();
    await callsOf(api, target).get(`${company.path}/members`).expect(200);
    await withBody(admin, 'post', '/v1/internal/members/grant', {
      ...grant,
      role: 'MEMBER',
    }).expect(409);
    const end = { org_principal_id: accountId, user_id: other.userId };
    await withBody(admin, 'post', '/v1/internal/members/revoke', end).expect(200);
    await withBody(admin, 'post', '/v1/internal/members/revoke', end).expect(200);
    await withBody(admin, 'post', '/v1/internal/members/revoke', {
      org_principal_id: accountId,
      user_id: target.userId,
    }).expect(409);
    await withBody(admin, 'post', '/v1/internal/members/grant', {
      ...grant,
      org_principal_id: randomUUID(),
    }).expect(404);
    await withBody(support, 'post', '/v1/internal/members/grant', grant).expect(403);
  });
});

describe('a person in trouble', () => {
  it('is shown out everywhere', async () => {
    await change(support, 'sessions/revoke').expect(200);
    await letStandingsAge();
    expect(await isIn()).toBe(false);
    await signIn().expect(200);
  });

  it('gets rid of a lost second factor, and is told', async () => {
    await api.admin.query(
      `insert into identity.mfa_factors (factor_id, user_id, kind, secret_sealed, confirmed_at, last_step, expires_at)
       values (gen_random_uuid(), $1, 'TOTP', '\\x00', now(), 0, now())`,
      [target.userId],
    );
    expect((await signIn().expect(401)).body.error_code).toBe('MFA_REQUIRED');
    await change(support, 'mfa/reset').expect(403);
    await change(admin, 'mfa/reset').expect(200);
    await change(admin, 'mfa/reset').expect(200);
    await signIn().expect(200);
    const changes = (await api.events('MFA_CHANGED')).filter(
      ({ subject_id: id }) => id === target.userId,
    );
    expect(changes.map(({ payload }) => payload['change'])).toEqual(['RESET_BY_ADMIN']);
  });
});

describe('a platform role', () => {
  it('is given and taken back by admins, with an event each', async () => {
    await changeRole(support, 'post', target, 'SUPPORT').expect(403);
    for (const method of ['post', 'post', 'delete', 'delete'] as const)
      await changeRole(admin, method, target, 'SUPPORT').expect(200);
    const types = ['PLATFORM_ROLE_GRANTED', 'PLATFORM_ROLE_REVOKED'];
    for (const type of types)
      expect(
        (await api.events(type)).filter(({ subject_id: id }) => id === target.userId),
      ).toHaveLength(1);
    await change(admin, 'lock').expect(200);
    await changeRole(admin, 'post', target, 'SUPPORT').expect(409);
  });

  it('of admins is never of nobody, also where two go at once', async () => {
    await change(admin, 'lock', admin).expect(409);
    const refused = await changeRole(admin, 'delete', admin, 'PLATFORM_ADMIN').expect(409);
    expect(refused.body.error_code).toBe('LAST_PLATFORM_ADMIN');
    await changeRole(admin, 'post', target, 'PLATFORM_ADMIN').expect(200);
    await letStandingsAge();
    const answers = await Promise.all([
      changeRole(admin, 'delete', target, 'PLATFORM_ADMIN'),
      changeRole(target, 'delete', admin, 'PLATFORM_ADMIN'),
      change(target, 'disable', admin),
      change(admin, 'lock', target),
    ]);
    const { rows } = await api.admin.query(
      `select u.user_id from identity.platform_roles r join identity.users u on u.principal_id = r.principal_id
       where r.role = 'PLATFORM_ADMIN' and u.status = 'ACTIVE'`,
    );
    expect(rows).toHaveLength(1);
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    expect(answers.every(({ status }) => status < 500)).toBe(true);
  });
});
