/** Tells of: profile.routes, profile.records, avatar.records. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openAccount } from '../../../db/identity/account/account.records.js';
import { platformAccountId } from '../../../db/connection/database.js';
import { createIdentityApi, type IdentityApi } from '../identity-api.js';

let api: IdentityApi;
beforeAll(async () => {
  api = await createIdentityApi();
});
afterAll(() => api.drop());

type Person = Awaited<ReturnType<IdentityApi['signUp']>>;
const read = (person: Person, path = '/v1/me/profile') =>
  api.request.get(path).auth(person.access_token, { type: 'bearer' });
const change = (person: Person, body: object) =>
  api.request.patch('/v1/me/profile').auth(person.access_token, { type: 'bearer' }).send(body);
const openCompany = (owner: Person): Promise<string> =>
  api.database.transaction({ accountId: platformAccountId }, (scope) =>
    openAccount(scope, {
      kind: 'ORGANIZATION',
      name: 'Kibera Water',
      planId: 'monitor',
      ownerPrincipalId: owner.principalId,
    }),
  );

describe('a profile', () => {
  it('is empty at first, and has what was changed and nothing else changed', async () => {
    const amina = await api.signUp();
    const empty = {
      principal_id: amina.principalId,
      first_name: null,
      last_name: null,
      display_name: null,
      avatar_uri: null,
      preferred_language: 'en',
      default_org_id: null,
    };
    expect((await read(amina).expect(200)).body).toEqual(empty);
    const named = { first_name: 'Amina', preferred_language: 'pt' };
    expect((await change(amina, named).expect(200)).body).toEqual({ ...empty, ...named });
    const whole = { ...empty, ...named, last_name: 'Odhiambo', display_name: 'Amina Odhiambo' };
    expect((await change(amina, { last_name: ' Odhiambo ' }).expect(200)).body).toEqual(whole);
    const { body: me } = await read(amina, '/v1/me').expect(200);
    expect([me.display_name, me.user.preferred_language]).toEqual(['Amina Odhiambo', 'pt']);
    expect((await change(amina, { last_name: null }).expect(200)).body.display_name).toBeNull();
  });

  it('is told in the audit log by ids alone', async () => {
    const amina = await api.signUp();
    await change(amina, { first_name: 'Unmistakable' }).expect(200);
    const { rows } = await api.admin.query(
      `select to_jsonb(l) as entry from platform.audit_log l where l.action = 'profile.update' and l.principal_id = $1`,
      [amina.principalId],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0].entry).toMatchObject({ subject_type: 'user', subject_id: amina.userId });
    expect(JSON.stringify(rows)).not.toContain('Unmistakable');
  });

  it('takes nothing empty, blank, too long, or that turns the text around it', async () => {
    const amina = await api.signUp();
    const wrong = [
      {},
      { first_name: '' },
      { first_name: ' \t' },
      { first_name: 'x'.repeat(101) },
      { first_name: 'A\u0000' },
      { last_name: 'moc.\u202eelpmaxe' },
      { last_name: 'two\nlines' },
      { preferred_language: 'english please' },
      { default_org_id: 'mine' },
      { principal_id: amina.principalId },
      { avatar_uri: '' },
      { avatar_uri: 'https://elsewhere.example/a.png' },
      { avatar_uri: `/v1/media/avatars/${amina.principalId}/${amina.principalId}` },
    ];
    for (const body of wrong) {
      const { body: answer } = await change(amina, { ...body }).expect(422);
      expect([body, answer.error_code]).toEqual([body, 'VALIDATION_ERROR']);
    }
    await change(amina, { first_name: 'x'.repeat(100), last_name: 'سارة Ọlá' }).expect(200);
  });

  it('asks who you are', async () => {
    await api.request.get('/v1/me/profile').expect(401);
    await api.request.patch('/v1/me/profile').send({ first_name: 'A' }).expect(401);
  });
});

describe('the account shown first', () => {
  it('is the only one, else the chosen one, and no other than a membership', async () => {
    const [amina, other] = [await api.signUp(), await api.signUp()];
    const ownView = async () => (await read(amina, '/v1/me').expect(200)).body;
    const [own] = (await ownView()).org_memberships;
    expect((await ownView()).default_org_id).toBe(own.org_id);

    const company = await openCompany(amina);
    expect((await ownView()).default_org_id).toBeNull();
    await change(amina, { default_org_id: company }).expect(200);
    expect((await ownView()).default_org_id).toBe(company);
    const foreign = { first_name: 'Kept out', default_org_id: await openCompany(other) };
    await change(amina, foreign).expect(422);
    expect((await read(amina)).body).toMatchObject({ first_name: null, default_org_id: company });

    await api.admin.query(
      'delete from identity.access_grants where account_id = $1 and principal_id = $2',
      [company, amina.principalId],
    );
    expect((await ownView()).default_org_id).toBe(own.org_id);
    expect((await read(amina)).body.default_org_id).toBeNull();
  });
});

describe('what GET /v1/me says of accounts and sign-ins', () => {
  it('is the features of the real plan, and none while it is not paid', async () => {
    const amina = await api.signUp();
    const company = await openCompany(amina);
    const features = async () => {
      const { body } = await read(amina, '/v1/me').expect(200);
      return body.org_memberships.map((each: { features: string[] }) => each.features);
    };
    const [ofPro, ofMonitor] = await features();
    expect(ofPro).toContain('analytics.export');
    expect(ofMonitor).not.toContain('analytics.export');
    expect(ofMonitor.length).toBeGreaterThan(0);
    await api.admin.query(
      `update identity.subscriptions set status = 'INACTIVE', ended_at = now() where account_id = $1`,
      [company],
    );
    expect(await features()).toEqual([ofPro, []]);
  });

  it('is the time of the newest sign-in', async () => {
    const amina = await api.signUp();
    const lastLogin = async () => (await read(amina, '/v1/me')).body.user.last_login_at;
    const first = await lastLogin();
    const login = { username: amina.email, password: 'correct horse battery' };
    await api.request.post('/v1/auth/login').send({ ...login, password: 'wrong' });
    expect(await lastLogin()).toBe(first);
    await api.request.post('/v1/auth/login').send(login).expect(200);
    expect(Date.parse(await lastLogin())).toBeGreaterThan(Date.parse(first));
  });
});
