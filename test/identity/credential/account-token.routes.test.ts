/** Tells of: account-token.records. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import type { Role } from '../../../api/route/caller.js';
import { newId } from '../../../db/shared/id.js';
import { scopeRules } from '../../../workflows/identity/scope.contract.js';
import { createIdentityApi, type IdentityApi, type Tokens } from '../identity-api.js';

interface Person extends Tokens {
  accountId: string;
  userId: string;
  principalId: string;
}

let api: IdentityApi;
let owner: Person;
let other: Person;

beforeAll(async () => {
  api = await createIdentityApi();
  [owner, other] = [await aPerson(), await aPerson()];
});
afterAll(() => api.drop());

async function aPerson(): Promise<Person> {
  const person = await api.signUp();
  const { body } = await get('/v1/me', person.access_token).expect(200);
  return { ...person, accountId: body.org_memberships[0].org_principal_id };
}
const get = (path: string, token: string) =>
  api.request.get(path).set('Authorization', `Bearer ${token}`);
const exchange = (token: string, body: object) =>
  api.request.post('/v1/auth/token').set('Authorization', `Bearer ${token}`).send(body);
async function tokenOf(person: Person, body: object = {}): Promise<string> {
  const request = { account_id: person.accountId, ...body };
  const answer = await exchange(person.access_token, request).expect(200);
  return answer.body.access_token;
}
const levels = (accountId: string) => `/v1/accounts/${accountId}/sample-levels`;

async function grant(
  principalId: string,
  role: Role,
  [resourceType, resourceId] = ['account', owner.accountId],
): Promise<void> {
  await api.admin.query(
    `insert into identity.access_grants (account_id, principal_id, resource_type, resource_id, role)
     values ($1, $2, $3, $4, $5)`,
    [owner.accountId, principalId, resourceType, resourceId, role],
  );
}
/** Standings are believed for a second, since no watch runs here. */
const standingsAge = () => sleep(1_050);

describe('POST /v1/auth/token', () => {
  it('gives a token of one account, with all that the role has there', async () => {
    const { body } = await exchange(owner.access_token, { account_id: owner.accountId }).expect(
      200,
    );
    const ofApi = Object.entries(scopeRules).filter(([, { audiences }]) =>
      audiences.some((each) => each === 'api'),
    );
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in_seconds: expect.any(Number),
      scope: ofApi.map(([scope]) => scope).join(' '),
    });
    expect(body.expires_in_seconds).toBeGreaterThan(880);
    expect(body.expires_in_seconds).toBeLessThanOrEqual(900);
    const session = decodeJwt(owner.access_token);
    expect(decodeJwt(body.access_token)).toEqual({
      iss: 'http://millrace.test',
      sub: owner.principalId,
      aud: 'api',
      tenantId: owner.accountId,
      userId: owner.userId,
      principal_id: owner.principalId,
      role: 'OWNER',
      buildingIds: ['*'],
      scope: body.scope,
      sid: session['sid'],
      epoch: session['epoch'],
      iat: expect.any(Number),
      exp: expect.any(Number),
      jti: expect.any(String),
    });
  });
  it('gives the scopes that were asked for, each once', async () => {
    const scope = 'water.read  events.read water.read';
    const { body } = await exchange(owner.access_token, { account_id: owner.accountId, scope });
    expect(body.scope).toBe('water.read events.read');
    expect(decodeJwt(body.access_token)['scope']).toBe('water.read events.read');
  });
  it('refuses scopes that nobody knows, and bodies that fit no schema', async () => {
    for (const request of [
      { scope: 'water.read water.drink' },
      { scope: ' ' },
      { scope: '' },
      { scope: 'constructor' },
      { scope: 'x'.repeat(1_001) },
      { audience: 'everywhere' },
      { account_id: 'none' },
      { more: 1 },
    ]) {
      const body = { account_id: owner.accountId, ...request };
      const answer = await exchange(owner.access_token, body).expect(422);
      expect(answer.body.error_code).toBe('VALIDATION_ERROR');
    }
  });
  it('refuses scopes beyond the role, and of another audience', async () => {
    const viewer = await aPerson();
    await grant(viewer.principalId, 'VIEWER');
    const ask = async (scope: string, audience = 'api') => {
      const request = { account_id: owner.accountId, scope, audience };
      const { status, body } = await exchange(viewer.access_token, request);
      return [status, body.details?.missing_scopes];
    };
    expect(await ask('water.read water.write events.write')).toEqual([
      403,
      ['water.write', 'events.write'],
    ]);
    expect(await ask('ops:bins.read')).toEqual([403, ['ops:bins.read']]);
    expect(await ask('water.read', 'operations')).toEqual([403, ['water.read']]);
    expect(await ask('ops:bins.read', 'operations')).toEqual([200, undefined]);
  });
  it('is 403 alike for an account of others, and for none', async () => {
    for (const account_id of [other.accountId, newId()]) {
      const { body } = await exchange(owner.access_token, { account_id }).expect(403);
      expect(body).toMatchObject({ error_code: 'FORBIDDEN', details: { org_id: account_id } });
    }
  });
  it('takes no account token in exchange', async () => {
    const token = await tokenOf(owner);
    const { body } = await exchange(token, { account_id: owner.accountId }).expect(403);
    expect(body.details).toEqual({ reason: 'SESSION_REQUIRED' });
  });
  it('lasts no longer than the session', async () => {
    const person = await aPerson();
    await api.admin.query(
      `update identity.user_sessions set expires_at = now() + interval '100 seconds' where user_id = $1`,
      [person.userId],
    );
    const request = { account_id: person.accountId };
    const { body } = await exchange(person.access_token, request).expect(200);
    expect(body.expires_in_seconds).toBeLessThanOrEqual(100);
    expect(body.expires_in_seconds).toBeGreaterThan(0);
  });
  it('is told to the audit log, without the token', async () => {
    const person = await aPerson();
    await tokenOf(person);
    const { rows } = await api.admin.query(
      `select principal_id, subject_id, e::text as entry from platform.audit_log e
       where subject_id = $1 and action = 'account-token.issue'`,
      [person.accountId],
    );
    expect(rows).toEqual([
      {
        principal_id: person.principalId,
        subject_id: person.accountId,
        entry: expect.not.stringContaining('eyJ'),
      },
    ]);
  });
});

describe('in building', () => {
  const building = newId();
  const claimsOf = async (role: Role | undefined, granted?: Role) => {
    const person = await aPerson();
    if (role) await grant(person.principalId, role);
    if (granted) await grant(person.principalId, granted, ['building', building]);
    const token = await tokenOf(
      { ...person, accountId: owner.accountId },
      { audience: 'building' },
    );
    const claims = decodeJwt(token);
    return [
      claims['role'],
      claims['buildingIds'],
      String(claims['scope']).includes('buildings.write'),
    ];
  };
  it.each<[Role, string, boolean, boolean]>([
    ['OWNER', 'TENANT_ADMIN', true, true],
    ['ADMIN', 'TENANT_ADMIN', true, true],
    ['MANAGER', 'FM', true, true],
    ['OPERATOR', 'FM', true, true],
    ['MEMBER', 'OCCUPANT', false, false],
    ['VIEWER', 'VIEWER', false, false],
  ])('a role of %s is %s', async (role, word, isEverywhere, mayWrite) => {
    expect(await claimsOf(role)).toEqual([word, isEverywhere ? ['*'] : [], mayWrite]);
  });
  it('a role on one building names it, and grants alone give the highest of them', async () => {
    expect(await claimsOf(undefined, 'MANAGER')).toEqual(['FM', [building], true]);
    expect(await claimsOf(undefined, 'VIEWER')).toEqual(['VIEWER', [building], false]);
    expect(await claimsOf('VIEWER', 'OPERATOR')).toEqual(['VIEWER', [building], true]);
    expect(await claimsOf('MANAGER', 'VIEWER')).toEqual(['FM', ['*'], true]);
  });
  it('a role on a site is of no use', async () => {
    const person = await aPerson();
    await grant(person.principalId, 'MANAGER', ['site', newId()]);
    const ask = (audience: string) =>
      exchange(person.access_token, { account_id: owner.accountId, audience });
    await ask('building').expect(403);
    await ask('operations').expect(403);
    const { body } = await ask('api').expect(200);
    expect(decodeJwt(body.access_token)['role']).toBe('MANAGER');
  });
});

describe('an account token', () => {
  it('reaches routes of its scopes in its account, and no others', async () => {
    await grant(other.principalId, 'MANAGER');
    const token = await tokenOf(other);
    await get(levels(other.accountId), token).expect(204);
    await get(levels(owner.accountId), token).expect(403);
    await get(`/v1/accounts/${other.accountId}/sample`, token).expect(403);
    await get('/v1/me', token).expect(403);
    await get('/v1/internal/sample', token).expect(403);
    const narrow = await tokenOf(other, { scope: 'events.read' });
    const { body } = await get(levels(other.accountId), narrow).expect(403);
    expect(body.details).toEqual({ org_id: other.accountId, missing_scopes: ['water.read'] });
    const elsewhere = await tokenOf(other, { audience: 'operations' });
    await get(levels(other.accountId), elsewhere).expect(403);
  });
  it('of a platform admin opens nothing of the platform', async () => {
    const admin = await aPerson();
    await api.admin.query(
      `insert into identity.platform_roles (principal_id, role) values ($1, 'PLATFORM_ADMIN')`,
      [admin.principalId],
    );
    await get('/v1/internal/sample', await tokenOf(admin)).expect(403);
  });
  it('ends with its session', async () => {
    const person = await aPerson();
    const token = await tokenOf(person);
    await get(levels(person.accountId), token).expect(204);
    await api.request
      .post('/v1/auth/logout')
      .send({ refresh_token: person.refresh_token })
      .expect(200);
    await standingsAge();
    await get(levels(person.accountId), token).expect(401);
  });
  it.each<[string, string]>([
    [
      'role that is lost',
      'delete from identity.access_grants where account_id = $1 and principal_id = $2',
    ],
    [
      'role that is lowered',
      `update identity.access_grants set role = 'VIEWER' where account_id = $1 and principal_id = $2`,
    ],
  ])('ends with a %s', async (_, change) => {
    const person = await aPerson();
    await grant(person.principalId, 'MANAGER');
    const token = await tokenOf({ ...person, accountId: owner.accountId });
    await get(levels(owner.accountId), token).expect(204);
    await api.admin.query(change, [owner.accountId, person.principalId]);
    await standingsAge();
    await get(levels(owner.accountId), token).expect(401);
    await get('/v1/me', person.access_token).expect(200);
  });
  it('ends with the grant of a building that it names', async () => {
    const person = await aPerson();
    const buildings = [newId(), newId()];
    for (const id of buildings) await grant(person.principalId, 'VIEWER', ['building', id]);
    const token = await tokenOf(
      { ...person, accountId: owner.accountId },
      { audience: 'building' },
    );
    await get('/v1/auth/whoami', token).expect(200);
    await api.admin.query('delete from identity.access_grants where resource_id = $1', [
      buildings[0],
    ]);
    await standingsAge();
    await get('/v1/auth/whoami', token).expect(401);
  });
});

describe('GET /v1/auth/whoami', () => {
  it('says what a session stands for', async () => {
    const { body } = await get('/v1/auth/whoami', owner.access_token).expect(200);
    expect(body).toEqual({
      kind: 'SESSION',
      principal_id: owner.principalId,
      user_id: owner.userId,
      account_id: null,
      role: null,
      audience: null,
      scopes: null,
      building_ids: null,
      issuer: null,
      expires_at: new Date(Number(decodeJwt(owner.access_token).exp) * 1_000).toISOString(),
    });
  });
  it('says what a token of any audience stands for', async () => {
    for (const [audience, role] of [
      ['api', 'OWNER'],
      ['operations', 'OWNER'],
      ['building', 'TENANT_ADMIN'],
      ['extraction', 'OWNER'],
      ['learning', 'OWNER'],
    ]) {
      const token = await tokenOf(owner, { audience });
      const { body } = await get('/v1/auth/whoami', token).expect(200);
      const { scope, exp } = decodeJwt(token);
      expect(body).toEqual({
        kind: 'ACCOUNT_TOKEN',
        principal_id: owner.principalId,
        user_id: owner.userId,
        account_id: owner.accountId,
        role,
        audience,
        scopes: String(scope).split(' '),
        building_ids: ['*'],
        issuer: null,
        expires_at: new Date(Number(exp) * 1_000).toISOString(),
      });
    }
  });
});
