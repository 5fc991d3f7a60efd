/** Tells of: invite-acceptance.routes, invite-acceptance.records, invite-acceptance.rules. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createInviteSecrets } from '../../../db/secrets/invite-secrets.js';
import { aReservoir } from '../../support/water/market.js';
import { anEmail, aPhone, inviteKey } from '../identity-fixture.js';
import { createIdentityApi, type IdentityApi } from '../identity-api.js';
import { callsOf, openCompany, type Company, type Person } from '../member/company-fixture.js';

const secrets = createInviteSecrets(inviteKey);
const password = 'correct horse battery';

let api: IdentityApi;
let company: Company;
beforeAll(async () => {
  api = await createIdentityApi();
});
beforeEach(async () => {
  company = await openCompany(api);
});
afterAll(() => api.drop());

interface Invited {
  id: string;
  code: string;
  token: string;
}
async function invite(body: object, person = company.owner): Promise<Invited> {
  const calls = callsOf(api, person);
  const { body: issued } = await calls.post(`${company.path}/members/invite`, body).expect(201);
  const id = issued.invite_token_id as string;
  return { id, code: issued.invite_code, token: secrets.token(id) };
}
/** From an address of its own, so that misses of other tests do not count. */
const anAddress = () =>
  `198.51.100.${Math.floor(Math.random() * 250)}:${randomUUID()}`.split(':')[0];
const post = (path: string, body: object, person?: Person) => {
  const call = api.request.post(`/v1/org-invites/${path}`);
  if (person) void call.auth(person.access_token, { type: 'bearer' });
  return call.set('X-Forwarded-For', anAddress() ?? '').send(body);
};
const rolesOf = async (principalId: string): Promise<unknown[]> => {
  const { rows } = await api.admin.query(
    `select resource_type, resource_id, role from identity.access_grants where account_id = $1 and principal_id = $2`,
    [company.accountId, principalId],
  );
  return rows;
};
const onAccount = (role: string) => [
  { resource_type: 'account', resource_id: company.accountId, role },
];
const refusal = (code: string) => ({ error_code: code });
const endAll = () =>
  api.admin.query(
    `update identity.invites set expires_at = now() - interval '1 second' where account_id = $1`,
    [company.accountId],
  );

describe('looking at an invite', () => {
  it('says who invites into what, and the target to the holder of the token alone', async () => {
    const email = anEmail();
    const { id, code, token } = await invite({ email, proposed_role: 'MEMBER' });
    const view = {
      invite_token_id: id,
      org_id: company.accountId,
      org_name: 'Kibera Water',
      email,
      phone_e164: null,
      proposed_role: 'MEMBER',
      site_ids: null,
      expires_at: expect.any(String),
    };
    expect((await post('resolve', { invite_token: token }).expect(200)).body).toEqual(view);
    const masked = { ...view, email: 'u…@example.com' };
    for (const name of [
      { invite_token_id: id },
      { invite_code: code },
      { invite_code: code.toLowerCase().replace('-', '') },
    ])
      expect((await post('resolve', name).expect(200)).body).toEqual(masked);
  });

  it('is refused after ten wrong names from an address', async () => {
    const address = '203.0.113.77';
    const { code } = await invite({ email: anEmail() });
    const look = (inviteCode: string) =>
      api.request
        .post('/v1/org-invites/resolve')
        .set('X-Forwarded-For', address)
        .send({ invite_code: inviteCode });
    for (let miss = 0; miss < 9; miss += 1) {
      await look('0000-0000').expect(422);
      await look(code).expect(200);
    }
    const answers = await Promise.all(Array.from({ length: 10 }, () => look('0000-0000')));
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(1);
    const limited = await look(code).expect(429);
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
    await post('resolve', { invite_code: code }).expect(200);
  });
});

describe('accepting an invite', () => {
  it('by the token makes a new person ACTIVE, once of thirty at once', async () => {
    const [email, phone] = [anEmail(), aPhone()];
    const { token } = await invite({ email, proposed_role: 'MANAGER' });
    const body = { invite_token: token, email, password, phone_e164: phone };
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => post('accept', body).then(({ body: answer }) => answer)),
    );
    const [first] = answers;
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set([JSON.stringify(first)]),
    );
    expect(first).toMatchObject({
      status: 'ACTIVE',
      org_id: company.accountId,
      org_principal_id: company.accountId,
      otp_sent_via: null,
    });
    const { rows } = await api.admin.query(
      `select user_id, principal_id, email_verified_at is not null as is_proved, phone_e164, phone_verified_at
       from identity.users where email = $1`,
      [email],
    );
    expect(rows).toMatchObject([
      { user_id: first.user_id, is_proved: true, phone_e164: phone, phone_verified_at: null },
    ]);
    expect(await rolesOf(rows[0].principal_id)).toEqual(onAccount('MANAGER'));
    await api.request.post('/v1/auth/login').send({ username: email, password }).expect(200);
    const events = (await api.events('ORG_INVITE_ACCEPTED')).filter(
      ({ account_id: id }) => id === company.accountId,
    );
    expect(events.map(({ payload }) => payload['user_id'])).toEqual([first.user_id]);
    const other = await post('accept', { ...body, password: 'another horse battery' });
    expect([other.status, other.body]).toMatchObject([422, refusal('INVALID_INVITE')]);
  });

  it('by the code sends a code to the target, and the person joins on verification', async () => {
    const email = anEmail();
    const { code } = await invite({ email });
    const phone = aPhone();
    const { body } = await post('accept', {
      invite_code: code,
      email,
      password,
      phone_e164: phone,
    }).expect(200);
    expect(body).toMatchObject({ status: 'PENDING_VERIFICATION', org_id: company.accountId });
    const otp = await api.codeTo('EMAIL', email);
    const { body: verified } = await api.request
      .post('/v1/auth/verify-identifier')
      .send({ email, otp })
      .expect(200);
    expect(await rolesOf(verified.principal_id)).toEqual(onAccount('VIEWER'));
  });

  it('by the code of an invite that is over by the verification makes a person without a role', async () => {
    const email = anEmail();
    const { id, code } = await invite({ email });
    await post('accept', { invite_code: code, email, password }).expect(200);
    await callsOf(api, company.owner).post(`${company.path}/invites/${id}/revoke`).expect(200);
    const otp = await api.codeTo('EMAIL', email);
    const { body: verified } = await api.request
      .post('/v1/auth/verify-identifier')
      .send({ email, otp })
      .expect(200);
    expect(await rolesOf(verified.principal_id)).toEqual([]);
  });

  it('signed in is for the person who has proved the target, who acts there with the next request', async () => {
    const [guest, stranger] = [await api.signUp(), await api.signUp()];
    await callsOf(api, guest).get(`${company.path}/members`).expect(403);
    const { id, token } = await invite({ email: guest.email, proposed_role: 'OPERATOR' });
    const refused = await post('accept', { invite_token: token }, stranger);
    expect([refused.status, refused.body]).toMatchObject([422, refusal('INVALID_INVITE')]);
    await post('accept', { invite_token: token, email: guest.email, password }).expect(409);
    const accept = () => post('accept', { invite_token_id: id }, guest).expect(200);
    const first = await accept();
    await callsOf(api, guest).get(`${company.path}/members`).expect(200);
    expect((await accept()).body).toEqual(first.body);
    expect(first.body).toMatchObject({ user_id: guest.userId, status: 'ACTIVE' });
    expect(await rolesOf(guest.principalId)).toEqual(onAccount('OPERATOR'));
  });

  it('takes no higher role away, and opens the named sites', async () => {
    const guest = await api.signUp();
    await aReservoir(api.admin, company.accountId);
    const { rows } = await api.admin.query(
      'select site_id from water.sites where account_id = $1',
      [company.accountId],
    );
    const site = rows[0].site_id as string;
    const onSite = await invite({
      email: guest.email,
      proposed_role: 'MANAGER',
      site_ids: [site],
    });
    await post('accept', { invite_token: onSite.token }, guest).expect(200);
    expect(await rolesOf(guest.principalId)).toEqual([
      { resource_type: 'site', resource_id: site, role: 'MANAGER' },
    ]);
    const lower = await invite({
      email: guest.email,
      proposed_role: 'VIEWER',
      site_ids: [site],
    });
    await post('accept', { invite_token: lower.token }, guest).expect(200);
    expect(await rolesOf(guest.principalId)).toMatchObject([{ role: 'MANAGER' }]);
  });

  it('is refused where the invite is over, of another, or of an inviter below the role by now', async () => {
    const email = anEmail();
    const { id, token } = await invite({ email });
    const accept = (changes: object = {}) =>
      post('accept', { invite_token: token, email, password, ...changes });
    expect((await accept({ email: anEmail() }).expect(422)).body).toMatchObject(
      refusal('INVALID_INVITE'),
    );
    await accept({ password: 'short' }).expect(422);
    await accept({ email: undefined }).expect(422);
    expect((await accept({ password: undefined }).expect(422)).body).toMatchObject(
      refusal('VALIDATION_ERROR'),
    );
    await post('accept', { invite_token: 'nobody', email, password }).expect(422);

    await callsOf(api, company.owner).post(`${company.path}/invites/${id}/revoke`).expect(200);
    expect((await accept().expect(422)).body).toMatchObject(refusal('INVALID_INVITE'));

    const manager = await company.join('MANAGER');
    const managers = await invite({ email, proposed_role: 'MANAGER' }, manager);
    await callsOf(api, company.owner)
      .patch(`${company.path}/members/${manager.userId}`, { role: 'VIEWER' })
      .expect(200);
    const unbacked = await accept({ invite_token: managers.token }).expect(422);
    expect(unbacked.body.details).toMatchObject({ reason: 'INVITER_MAY_NOT' });

    await endAll();
    expect((await accept({ invite_token: managers.token }).expect(409)).body).toMatchObject(
      refusal('INVITE_EXPIRED'),
    );
    expect(
      (await post('resolve', { invite_token: managers.token }).expect(409)).body,
    ).toMatchObject(refusal('INVITE_EXPIRED'));
  });
});
