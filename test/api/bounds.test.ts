import { describe, expect, it } from '@jest/globals';
import type { Bounds, Caller, ResourceGrant, Role } from '../../api/route/caller.js';
import {
  accountOf,
  callerOf,
  member,
  platformAdmin,
  platformStaff,
  resource,
  route,
  signedIn,
  type Route,
} from '../../api/route/route.js';
import type { ReadScope } from '../../db/connection/database.js';
import { createSampleApi, foreignAccount, otherAccount, ownAccount, ownTank } from './sample.js';

const site = '0198f0c2-0000-7000-8000-00000000001a';
const basics = { method: 'get', summary: 'A sample', tag: 'Samples' } as const;
const noContent = async () => ({ status: 204 }) as const;
const none = { 204: null } as const;
const base = '/v1/accounts/:account_id';

const routes: Route[] = [
  route({
    ...basics,
    path: `${base}/levels`,
    access: member(),
    scope: 'water.read',
    responses: none,
  }),
  route({
    ...basics,
    path: `${base}/bins`,
    access: member(),
    scope: 'ops:bins.read',
    audience: 'operations',
    responses: none,
  }),
  route({ ...basics, path: `${base}/people`, access: member(), responses: none }),
  route({
    ...basics,
    path: '/v1/tanks/:tank_id',
    access: resource('tank', 'tank_id', 'OWNER', 'OPERATOR'),
    scope: 'water.read',
    responses: none,
  }),
  route({ ...basics, path: '/v1/me', access: signedIn(), responses: none }),
  route({ ...basics, path: '/v1/who', access: callerOf('SESSION', 'API_KEY'), responses: none }),
  route({
    ...basics,
    path: '/ops/bins',
    access: accountOf('OWNER', 'MANAGER'),
    scope: 'ops:bins.read',
    audience: 'operations',
    responses: none,
  }),
  route({ ...basics, path: '/v1/internal/staff', access: platformStaff(), responses: none }),
  route({ ...basics, path: '/v1/internal/admin', access: platformAdmin(), responses: none }),
].map((each) => each.handledBy(noContent));

const id = '0198f0c2-0000-7000-8000-0000000000f1';
const session: Caller = {
  kind: 'SESSION',
  userId: id,
  sessionId: id,
  principalId: id,
  isPlatformAdmin: false,
  isSupport: false,
  memberships: [],
  grants: [],
};
const bounds: Bounds = {
  accountId: ownAccount,
  audience: 'api',
  scopes: ['water.read'],
  role: 'OWNER',
  buildingIds: ['*'],
  issuer: null,
  expiresAt: null,
};
const memberOf = (accountId: string, role: Role = 'OWNER') => ({ accountId, role });

/** An API in which every request is the caller's; the tank lies in the site, in another account. */
function apiOf(caller: Partial<Caller>) {
  const reads = (context: object) =>
    ({
      context,
      read: async (_query: unknown, wanted: { accountId: string; id: string }) =>
        wanted.accountId === otherAccount && wanted.id === ownTank ? [{ siteId: site }] : [],
    }) as unknown as ReadScope;
  const api = createSampleApi({
    routes,
    authenticator: { authenticate: () => ({ ...session, ...caller }) },
    database: {
      reads,
      statements: () => {
        throw new Error('no sample is a command');
      },
      transaction: async () => {
        throw new Error('no sample changes anything');
      },
    },
  });
  return async (path: string) => {
    const { status, body } = await api.get(path, 'any');
    return [status, body.details];
  };
}
const within = (
  limits: Partial<Bounds> = {},
  memberships = [memberOf(ownAccount), memberOf(otherAccount)],
) => apiOf({ kind: 'ACCOUNT_TOKEN', memberships, bounds: { ...bounds, ...limits } });
const levels = `/v1/accounts/${ownAccount}/levels`;

describe('a credential with bounds', () => {
  it('reaches a route of its scopes, of its audience', async () => {
    expect(await within()(levels)).toEqual([204, undefined]);
    expect(await within({ scopes: ['water.write'] })(levels)).toEqual([204, undefined]);
    expect(await within({ audience: null })(levels)).toEqual([204, undefined]);
  });
  it('is refused where its scopes do not name the route’s', async () => {
    const refusal = [403, { org_id: ownAccount, missing_scopes: ['water.read'] }];
    expect(await within({ scopes: ['events.read'] })(levels)).toEqual(refusal);
    expect(await within({ scopes: [] })(levels)).toEqual(refusal);
  });
  it('reaches no route without a scope', async () => {
    const refusal = { reason: 'SESSION_REQUIRED' };
    expect(await within()(`/v1/accounts/${ownAccount}/people`)).toEqual([
      403,
      { org_id: ownAccount, ...refusal },
    ]);
    expect(await within()('/v1/me')).toEqual([403, refusal]);
    expect(await within()('/v1/who')).toEqual([403, refusal]);
    expect(await apiOf({ kind: 'API_KEY', bounds })('/v1/who')).toEqual([204, undefined]);
    expect(await within()('/v1/internal/admin')).toEqual([403, refusal]);
    expect(await within()('/v1/internal/staff')).toEqual([403, refusal]);
  });
  it('reaches no route of another audience', async () => {
    const bins = `/v1/accounts/${ownAccount}/bins`;
    expect(await within({ scopes: ['ops:bins.read'] })(bins)).toEqual([
      403,
      { org_id: ownAccount, reason: 'ACCOUNT_TOKEN_REQUIRED', audience: 'operations' },
    ]);
  });
  it('keeps to its own account, whatever else its principal is a member of', async () => {
    for (const account of [otherAccount, foreignAccount])
      expect(await within()(`/v1/accounts/${account}/levels`)).toEqual([403, { org_id: account }]);
    expect(await within()(`/v1/tanks/${ownTank}`)).toEqual([404, {}]);
  });
});

describe('a route whose account is the credential’s', () => {
  const ops = { audience: 'operations', scopes: ['ops:bins.read'] } as const;
  it('lets in the credential’s roles', async () => {
    expect(await within(ops)('/ops/bins')).toEqual([204, undefined]);
    const viewer = within(ops, [memberOf(ownAccount, 'VIEWER'), memberOf(otherAccount)]);
    expect(await viewer('/ops/bins')).toEqual([403, { required_roles: ['OWNER', 'MANAGER'] }]);
  });
  it('refuses a session, which has no account', async () => {
    const caller = apiOf({ memberships: [memberOf(ownAccount)] });
    expect(await caller('/ops/bins')).toEqual([403, { reason: 'ACCOUNT_TOKEN_REQUIRED' }]);
  });
});

describe('a role on one resource', () => {
  const tank = `/v1/tanks/${ownTank}`;
  const grant = (resourceType: string, resourceId: string, role: Role = 'OPERATOR') =>
    apiOf({ grants: [{ accountId: otherAccount, resourceType, resourceId, role }] });

  it('opens the resource, and what lies in it', async () => {
    expect(await grant('tank', ownTank)(tank)).toEqual([204, undefined]);
    expect(await grant('site', site)(tank)).toEqual([204, undefined]);
  });
  it('opens nothing else, and no route of the account', async () => {
    expect(await grant('tank', site)(tank)).toEqual([404, {}]);
    expect(await grant('site', ownTank)(tank)).toEqual([404, {}]);
    expect(await grant('building', site)(tank)).toEqual([404, {}]);
    expect(await grant('tank', ownTank)(`/v1/accounts/${otherAccount}/levels`)).toEqual([
      403,
      { org_id: otherAccount },
    ]);
  });
  it('counts in its own account alone', async () => {
    const elsewhere: ResourceGrant = {
      accountId: foreignAccount,
      resourceType: 'tank',
      resourceId: ownTank,
      role: 'OWNER',
    };
    expect(await apiOf({ grants: [elsewhere] })(tank)).toEqual([404, {}]);
  });
  it('is looked at beside the role on the account: either is enough', async () => {
    const memberships = [memberOf(otherAccount, 'VIEWER')];
    const refusal = [403, { required_roles: ['OWNER', 'OPERATOR'] }];
    expect(await apiOf({ memberships })(tank)).toEqual(refusal);
    expect(await grant('site', site, 'VIEWER')(tank)).toEqual(refusal);
    const grants = [
      {
        accountId: otherAccount,
        resourceType: 'site',
        resourceId: site,
        role: 'OPERATOR' as const,
      },
    ];
    expect(await apiOf({ memberships, grants })(tank)).toEqual([204, undefined]);
  });
});

describe('a second factor that the account requires', () => {
  it('is missing on each of the account’s routes, and on no other account’s', async () => {
    const memberships = [{ ...memberOf(otherAccount), isMfaMissing: true }, memberOf(ownAccount)];
    const call = apiOf({ memberships });
    expect(await call(`/v1/accounts/${otherAccount}/levels`)).toEqual([
      403,
      { org_id: otherAccount },
    ]);
    expect(await call(`/v1/tanks/${ownTank}`)).toEqual([403, {}]);
    expect(await call(levels)).toEqual([204, undefined]);
  });
});

describe('platform roles', () => {
  it('open the routes of staff to support, and admins’ to admins', async () => {
    const support = apiOf({ isSupport: true });
    const admin = apiOf({ isPlatformAdmin: true });
    expect((await support('/v1/internal/staff'))[0]).toBe(204);
    expect((await admin('/v1/internal/staff'))[0]).toBe(204);
    expect((await support('/v1/internal/admin'))[0]).toBe(403);
    expect((await admin('/v1/internal/admin'))[0]).toBe(204);
    expect((await apiOf({})('/v1/internal/staff'))[0]).toBe(403);
  });
});
