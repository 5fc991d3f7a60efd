/** Tells of: bootstrap.routes, role.routes, mailbox.routes, admin.records. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { platformAccountId } from '../../../db/connection/database.js';
import { mailboxRecords } from '../../../db/notifications/mailbox.records.js';
import { newId } from '../../../db/shared/id.js';
import { demoLogins, seedDemo } from '../../../workers/demo/demo-seed.js';
import { aPhone, anEmail } from '../identity-fixture.js';
import { bootstrapSecret, createIdentityApi, password, type IdentityApi } from '../identity-api.js';

let api: IdentityApi;
beforeAll(async () => {
  api = await createIdentityApi();
});
afterAll(() => api.drop());

const as = (token: string) => ({
  get: (path: string) => api.request.get(path).set('Authorization', `Bearer ${token}`),
});
const login = async (username: string, secret = password) =>
  (await api.request.post('/v1/auth/login').send({ username, password: secret }).expect(200)).body
    .access_token as string;

describe('GET /v1/me', () => {
  it('is the bootstrap of a portal', async () => {
    const { access_token: token, email, userId, principalId } = await api.signUp();
    const { body } = await as(token).get('/v1/me').expect(200);
    const accountId = body.org_memberships[0].org_principal_id;
    expect(body).toEqual({
      user: {
        id: userId,
        email,
        phone_e164: null,
        status: 'ACTIVE',
        preferred_language: 'en',
        verification_state: { email: true, phone: false },
        last_login_at: expect.any(String),
        mfa_enabled: false,
      },
      principal_id: principalId,
      display_name: null,
      org_memberships: [
        {
          org_id: accountId,
          org_principal_id: accountId,
          account_id: accountId,
          role: 'OWNER',
          org_name: 'Personal account',
          display_name: null,
          avatar_uri: null,
          subscription: { plan_id: 'pro', status: 'ACTIVE' },
          features: expect.arrayContaining(['analytics.view', 'analytics.export']),
        },
      ],
      default_org_id: accountId,
      is_internal_ops_admin: false,
    });
    await as(token).get(`/v1/accounts/${accountId}/sample`).expect(200);
  });

  it('asks who you are', () => api.request.get('/v1/me').expect(401));
});

describe('POST /v1/setup/bootstrap-admin', () => {
  const bootstrap = (changes: object) =>
    api.request
      .post('/v1/setup/bootstrap-admin')
      .send({ bootstrap_secret: bootstrapSecret, email: anEmail(), password, ...changes });

  it('makes one platform admin, for whoever has the secret', async () => {
    expect((await bootstrap({ bootstrap_secret: 'guessed' }).expect(403)).body.error_code).toBe(
      'FORBIDDEN',
    );
    expect((await bootstrap({ password: 'short' }).expect(422)).body.error_code).toBe(
      'WEAK_PASSWORD',
    );
    const own = { email: 'amina.odhiambo@example.com', password: 'amina.odhiambo1' };
    expect((await bootstrap(own).expect(422)).body.error_code).toBe('WEAK_PASSWORD');
    await bootstrap({ email: undefined }).expect(422);
    const { email: taken } = await api.signUp();
    expect((await bootstrap({ email: taken }).expect(409)).body.error_code).toBe(
      'ACCOUNT_ALREADY_EXISTS',
    );
    const email = anEmail();
    const { body } = await bootstrap({ email, phone_e164: aPhone() }).expect(201);
    expect(body).toEqual({
      user_id: expect.any(String),
      principal_id: expect.any(String),
      status: 'ACTIVE',
    });
    expect((await bootstrap({}).expect(409)).body.error_code).toBe('ALREADY_BOOTSTRAPPED');

    const admin = as(await login(email));
    expect((await admin.get('/v1/me').expect(200)).body.is_internal_ops_admin).toBe(true);
    await admin.get('/v1/internal/sample').expect(204);
    await as((await api.signUp()).access_token)
      .get('/v1/internal/sample')
      .expect(403);
  });
});

describe('GET /v1/roles', () => {
  it('says what the routes enforce', async () => {
    const { body } = await api.request.get('/v1/roles').expect(200);
    expect(body.roles).toEqual(['OWNER', 'ADMIN', 'MANAGER', 'OPERATOR', 'MEMBER', 'VIEWER']);
    expect(body.policy).toContainEqual({
      permission: 'analytics.export',
      roles: ['OWNER', 'ADMIN', 'MANAGER'],
    });
    expect(body.scopes).toContainEqual({
      scope: 'ops:bins.write',
      roles: ['OWNER', 'ADMIN', 'MANAGER'],
      audiences: ['operations'],
    });
    const sample = { method: 'GET', path: '/v1/accounts/:account_id/sample', summary: 'A sample' };
    expect(body.permissions).toContainEqual({
      ...sample,
      scope: null,
      roles: ['OWNER', 'MANAGER'],
    });
    const inner = {
      method: 'GET',
      path: '/v1/internal/sample',
      summary: 'An inner sample',
      platform_roles: ['PLATFORM_ADMIN'],
    };
    expect(body.platform_permissions).toContainEqual(inner);
    expect(body.platform_permissions).not.toContainEqual(expect.objectContaining(sample));
  });
});

describe('GET /ui/mailbox.json', () => {
  it('lists what went out to somebody, newest first', async () => {
    const mailbox = mailboxRecords(api.database.statements({ accountId: platformAccountId }));
    const to = aPhone();
    for (const text of ['first', 'second']) {
      const message = {
        channel: 'SMS',
        to,
        subject: 'Code',
        text,
        idempotencyKey: newId(),
      } as const;
      await mailbox.keep(text === 'first' ? { ...message, otp: '123456' } : message);
      await mailbox.keep(text === 'first' ? { ...message, otp: '123456' } : message);
    }
    for (const query of [encodeURIComponent(to), to]) {
      const { body } = await api.request.get(`/ui/mailbox.json?to=${query}`).expect(200);
      expect(body.items).toEqual([
        { channel: 'SMS', to, subject: 'Code', text: 'second', sent_at: expect.any(String) },
        {
          channel: 'SMS',
          to,
          subject: 'Code',
          text: 'first',
          sent_at: expect.any(String),
          otp: '123456',
        },
      ]);
    }
    expect(
      (await api.request.get('/ui/mailbox.json?to=nobody@example.com').expect(200)).body,
    ).toEqual({ items: [] });
    await api.request.get('/ui/mailbox.json?from=x').expect(422);
  });

  it('is not there in production', async () => {
    const production = await createIdentityApi({ isProduction: true });
    await production.request.get('/ui/mailbox.json').expect(404);
    await production.drop();
  });
});

describe('the demo', () => {
  it('has a login a role, whichever time it is seeded', async () => {
    const { accountId } = await seedDemo({ database: api.database, planId: 'pro' });
    expect(await seedDemo({ database: api.database, planId: 'pro' })).toEqual({ accountId });
    expect(demoLogins).toHaveLength(8);
    for (const { role, email, password: secret } of demoLogins) {
      const { body } = await as(await login(email, secret))
        .get('/v1/me')
        .expect(200);
      expect(body.is_internal_ops_admin).toBe(role === 'PLATFORM_ADMIN');
      const membership = body.org_memberships.find(
        (each: { org_principal_id: string }) => each.org_principal_id === accountId,
      );
      expect(membership?.role).toBe(
        ['PLATFORM_ADMIN', 'SUPPORT'].includes(role) ? undefined : role,
      );
    }
  });
});
