/** Tells of: account.records. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { platformAccountId } from '../../../db/connection/database.js';
import { accountRecords, openAccount } from '../../../db/identity/account/account.records.js';
import { featureKeys } from '../../../workflows/identity/plan.contract.js';
import {
  createIdentity,
  bootstrapSecret,
  createIdentityApi,
  password,
  type IdentityApi,
} from '../identity-api.js';
import { anEmail } from '../identity-fixture.js';
import { transacted } from '../../support/servers/transacted.js';

let api: IdentityApi;
let owner: { access_token: string; principalId: string };
let accountId: string;

beforeAll(async () => {
  api = await createIdentityApi();
  owner = await api.signUp();
});
afterAll(() => api.drop());
beforeEach(async () => {
  const account = { kind: 'ORGANIZATION', name: 'Waterworks', planId: 'monitor' } as const;
  accountId = await api.database.transaction({ accountId: platformAccountId }, (scope) =>
    openAccount(scope, { ...account, ownerPrincipalId: owner.principalId }),
  );
  await standingForgotten();
});

const roles = () => transacted(api.database, { accountId }, accountRecords);

/** The memory of a caller and of a plan is a second old at most. */
const standingForgotten = () => new Promise((resolve) => setTimeout(resolve, 1_050));
const as = (token: string) => ({
  get: (path: string) => api.request.get(path).set('Authorization', `Bearer ${token}`),
  patch: (path: string, body: object) =>
    api.request.patch(path).set('Authorization', `Bearer ${token}`).send(body),
});
const mine = () => as(owner.access_token);
const subscription = () => `/v1/accounts/${accountId}/subscription`;
const sample = () => `/v1/accounts/${accountId}/sample-export`;

describe('GET /v1/plans', () => {
  it('lists what each plan has, from the smallest to the largest, to anyone', async () => {
    const { body } = await api.request.get('/v1/plans').expect(200);
    expect(body.items.map(({ plan_id }: { plan_id: string }) => plan_id)).toEqual([
      'monitor',
      'protect',
      'pro',
    ]);
    const [monitor, protect, pro] = body.items;
    expect(pro).toEqual({
      plan_id: 'pro',
      plan_version: 1,
      name: 'Pro',
      features: [...featureKeys],
      limits: { sites: null, reservoirs: null, devices: null, webhooks: null },
    });
    expect(monitor.features).not.toContain('analytics.view');
    expect(protect.features).toContain('analytics.view');
    expect(protect.features).not.toContain('analytics.export');
    for (const key of monitor.features) expect(protect.features).toContain(key);
  });

  it('reads one, or says that there is none', async () => {
    const { body } = await api.request.get('/v1/plans/protect').expect(200);
    expect(body).toMatchObject({ plan_id: 'protect', limits: { sites: 50 } });
    await api.request.get('/v1/plans/gold').expect(404);
  });
});

describe('a subscription', () => {
  it('says what it entitles to, what is used, and for which period', async () => {
    const { body, headers } = await mine().get(subscription()).expect(200);
    expect(body).toEqual({
      plan_id: 'monitor',
      status: 'ACTIVE',
      billing_period: 'MONTHLY',
      etag: '"1"',
      current_period_start: expect.any(String),
      current_period_end: expect.any(String),
      features: expect.arrayContaining(['alerts.orders.APP']),
      limits: { sites: 5, reservoirs: 20, devices: 20, webhooks: 2 },
      usage: { sites: 0, reservoirs: 0, devices: 0, webhooks: 0 },
    });
    expect(headers['etag']).toBe('"1"');
    const [from, to] = [Date.parse(body.current_period_start), Date.parse(body.current_period_end)];
    expect(from <= Date.now() && Date.now() < to && to - from < 32 * 86_400_000).toBe(true);
  });

  it('is changed by who owns or administers the account, and then is so everywhere', async () => {
    const { body } = await mine()
      .patch(subscription(), { plan_id: 'protect', billing_period: 'YEARLY' })
      .expect(200);
    expect(body).toMatchObject({
      plan_id: 'protect',
      billing_period: 'YEARLY',
      limits: { sites: 50 },
      etag: '"2"',
    });
    const { body: me } = await mine().get('/v1/me').expect(200);
    const membership = me.org_memberships.find(
      (each: { org_id: string }) => each.org_id === accountId,
    );
    expect(membership.subscription).toEqual({ plan_id: 'protect', status: 'ACTIVE' });
  });

  it('is not changed by anybody else, nor into what there is not', async () => {
    const manager = await api.signUp();
    await roles().setRole(manager.principalId, 'MANAGER');
    const stranger = await api.signUp();
    await standingForgotten();
    await as(manager.access_token).get(subscription()).expect(200);
    await as(manager.access_token).patch(subscription(), { plan_id: 'pro' }).expect(403);
    await as(stranger.access_token).get(subscription()).expect(403);
    await mine().patch(subscription(), { plan_id: 'gold' }).expect(422);
    await mine().patch(subscription(), { status: 'INACTIVE' }).expect(422);
    await mine().patch(subscription(), {}).expect(422);
  });
});

describe('a larger plan', () => {
  it('is not taken by an owner where it is not open to everybody', async () => {
    const strict = createIdentity({ ...api.parts, selfServicePlans: [] });
    const change = strict.routes.find(
      ({ method, path }) => method === 'patch' && path.endsWith('/subscription'),
    );
    const { principalId } = owner;
    const refused = api.parts.database.transaction({ accountId, principalId }, async (scope) =>
      change?.handle({
        accountId,
        scope,
        caller: { principalId },
        body: { plan_id: 'pro' },
      } as never),
    );
    await expect(refused).rejects.toMatchObject({ type: 'FORBIDDEN' });
    expect((await mine().get(subscription())).body.plan_id).toBe('monitor');
  });

  it('is given by platform admins, and by nobody else', async () => {
    const internal = `/v1/internal/accounts/${accountId}/subscription`;
    await mine().patch(internal, { plan_id: 'pro' }).expect(403);
    await api.request.patch(internal).send({ plan_id: 'pro' }).expect(401);
    const admin = { email: anEmail(), password };
    await api.request
      .post('/v1/setup/bootstrap-admin')
      .send({ ...admin, bootstrap_secret: bootstrapSecret })
      .expect(201);
    const { body: tokens } = await api.request
      .post('/v1/auth/login')
      .send({ username: admin.email, password })
      .expect(200);
    const { body } = await as(tokens.access_token).patch(internal, { plan_id: 'pro' }).expect(200);
    expect(body).toMatchObject({ plan_id: 'pro', status: 'ACTIVE' });
    const nobodys = internal.replace(accountId, owner.principalId);
    await as(tokens.access_token).patch(nobodys, { plan_id: 'pro' }).expect(404);
  });
});

describe('a feature', () => {
  it('is refused by the plan, and open within a second of another', async () => {
    const { body } = await mine().get(sample()).expect(403);
    expect(body).toMatchObject({
      error_code: 'FEATURE_GATE',
      details: {
        feature_key: 'analytics.export',
        plan_id: 'monitor',
        subscription_status: 'ACTIVE',
      },
    });
    await mine().patch(subscription(), { plan_id: 'pro' }).expect(200);
    await standingForgotten();
    await mine().get(sample()).expect(204);
  });

  it('is refused when the subscription has ended, while what is no feature goes on', async () => {
    await mine().patch(subscription(), { plan_id: 'pro' }).expect(200);
    await mine().get(sample()).expect(204);
    await mine().patch(subscription(), { status: 'CANCELLED' }).expect(200);
    await standingForgotten();
    const { body } = await mine().get(sample()).expect(403);
    expect(body).toMatchObject({
      error_code: 'FEATURE_GATE',
      details: { subscription_status: 'CANCELLED' },
    });
    await mine().get(`/v1/accounts/${accountId}/sample`).expect(200);
    await mine().patch(subscription(), { status: 'ACTIVE' }).expect(200);
    await standingForgotten();
    await mine().get(sample()).expect(204);
  });

  it('is not told to who may not do it anyway', async () => {
    const viewer = await api.signUp();
    await roles().setRole(viewer.principalId, 'VIEWER');
    await standingForgotten();
    const { body } = await as(viewer.access_token).get(sample()).expect(403);
    expect(body.error_code).toBe('FORBIDDEN');
  });
});
