import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import {
  createSampleApi,
  foreignAccount,
  foreignTank,
  otherAccount,
  ownAccount,
  ownTank,
  sampleRoutes,
  thingId,
} from './sample.js';

const agent = request(createSampleApi().callback);
const get = (path: string, token: string) =>
  agent.get(path).set('Authorization', `Bearer ${token}`);

describe('a route that needs a caller', () => {
  it('asks who it is before it looks at anything else', async () => {
    const response = await agent
      .post(`/v1/accounts/${ownAccount}/things`)
      .type('text/xml')
      .send('<')
      .expect(401);
    expect(response.body).toMatchObject({ error_code: 'UNAUTHENTICATED', details: {} });
    expect(response.headers['www-authenticate']).toBe('Bearer');
    await agent.get('/v1/accounts/none/things/none').expect(401);
    for (const header of ['Bearer', 'Bearer wrong', 'Basic b3duZXI=', 'Bearer two words'])
      await agent.get('/v1/me').set('Authorization', header).expect(401);
  });
  it('knows the caller afterwards', async () => {
    await get('/v1/me', 'admin').expect(200, {
      user_id: '0198f0c2-0000-7000-8000-0000000000f1',
      is_admin: true,
    });
  });
});

describe('a member route', () => {
  const things = (account: string) => `/v1/accounts/${account}/things`;
  it('answers members, and 403 alike for foreign, missing and malformed accounts', async () => {
    await get(things(ownAccount), 'VIEWER').expect(200);
    const answers = await Promise.all(
      [foreignAccount, '0198f0c2-0000-7000-8000-00000000dead', 'none'].map((account) =>
        get(things(account), 'OWNER').set('X-Request-Id', 'same').expect(403),
      ),
    );
    const [foreign, missing, malformed] = answers.map(({ body }) => body);
    expect(foreign.details).toEqual({ org_id: foreignAccount });
    expect({ ...missing, details: {} }).toEqual({ ...foreign, details: {} });
    expect(malformed).toEqual({ ...foreign, details: {} });
  });
  it('asks for one of its roles, before it reads the body', async () => {
    const post = (token: string) =>
      agent.post(things(ownAccount)).set('Authorization', `Bearer ${token}`);
    await post('MANAGER').send({ name: 'Pump' }).expect(201);
    const response = await post('VIEWER').type('json').send('{').expect(403);
    expect(response.body).toMatchObject({
      error_code: 'FORBIDDEN',
      details: { required_roles: ['OWNER', 'MANAGER'], org_id: ownAccount },
    });
  });
});

describe('a resource route', () => {
  it('finds the account that owns the resource among the memberships of the caller', async () => {
    await get(`/v1/tanks/${ownTank}`, 'VIEWER').expect(200, {
      account_id: otherAccount,
      tank_id: ownTank,
    });
  });
  it('is 404 alike for foreign, missing and malformed ids', async () => {
    const answers = await Promise.all(
      [foreignTank, thingId, 'none'].map((id) =>
        get(`/v1/tanks/${id}`, 'OWNER').set('X-Request-Id', 'same').expect(404),
      ),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });
  it('lets X-Account-Id choose among memberships, and nothing else', async () => {
    const choose = (account: string) =>
      get(`/v1/tanks/${ownTank}`, 'OWNER').set('X-Account-Id', account);
    await choose(otherAccount).expect(200);
    await choose(ownAccount).expect(404);
    await choose(foreignAccount).expect(403);
  });
  it('does not mount while no query finds its kind', () => {
    expect(() => createSampleApi({ resources: {} })).toThrow('no query finds a tank');
  });
});

describe('other routes', () => {
  it('of platform admins are for them only', async () => {
    await get('/v1/admin', 'admin').expect(204);
    await get('/v1/admin', 'OWNER').expect(403);
    await agent.get('/v1/admin').expect(401);
  });
  it('of development are not there in production', async () => {
    await agent.get('/dev').expect(204);
    const production = createSampleApi({ settings: { isProduction: true }, routes: sampleRoutes });
    await request(production.callback).get('/dev').expect(404);
    expect(production.routes.map(({ path }) => path)).not.toContain('/dev');
  });
});
