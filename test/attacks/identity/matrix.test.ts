import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { needsCaller } from '../../../api/route/access.js';
import {
  roles,
  type Bounds,
  type Caller,
  type ResourceGrant,
  type Role,
} from '../../../api/route/caller.js';
import { audienceOf, paramNames, type Route } from '../../../api/route/route.js';
import { newId } from '../../../db/shared/id.js';
import {
  audiences,
  scopeRules,
  scopes,
  type Audience,
} from '../../../workflows/identity/scope.contract.js';
import { failure } from '../../../workflows/shared/failure.js';
import { createTestApi } from '../../support/api/test-api.js';
import { makeHolding, noHolding, type Holding } from '../../support/holdings/holdings.js';
import { makeShop } from '../../support/holdings/water.holding.js';
import { createRawClient, type RawClient } from '../../support/http/http.js';
import { allResources } from '../../support/routes/all-routes.js';
import { isStream, nameOf, pathWith } from '../../support/routes/route-calls.js';
import { startTestSystem, type TestSystem } from '../../support/system/system.js';

type Place = 'own' | 'foreign' | 'missing';
type Outcome = 'admitted' | 401 | 403 | 404 | 'failed';

let system: TestSystem;
let routes: readonly Route[];
let call: RawClient;
let drain: () => Promise<void>;
let places: Record<Place, Holding>;
/** By name. */
const callers = new Map<string, Caller>();

beforeAll(async () => {
  system = await startTestSystem();
  routes = system.api.routes.filter(({ access }) => needsCaller(access));
  const [owner, stranger, seller] = [
    await system.signUp('owner'),
    await system.signUp('stranger'),
    await system.signUp('seller'),
  ];
  const shop = await makeShop(seller);
  places = {
    own: await makeHolding(system, owner, shop),
    foreign: await makeHolding(system, stranger, shop),
    missing: noHolding(),
  };
  nameCallers(places.own);
  const api = createTestApi({
    routes,
    resources: allResources,
    database: system.database,
    authenticator: {
      authenticate: (token) => {
        const caller = callers.get(token.replaceAll('_', ' '));
        if (!caller) throw failure('UNAUTHENTICATED');
        return caller;
      },
    },
  });
  const server = await api.listen(0, '127.0.0.1');
  drain = () => api.drain();
  call = createRawClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(async () => {
  await drain?.();
  await system.stop();
});

/** Callers of every kind, with the most rights of each kind on the account. */
function nameCallers({
  account_id: accountId,
  site_id: siteId,
  reservoir_id: reservoirId,
}: Holding) {
  const session = (more: Partial<Caller> = {}): Caller => ({
    kind: 'SESSION',
    userId: newId(),
    sessionId: newId(),
    principalId: newId(),
    isPlatformAdmin: false,
    isSupport: false,
    memberships: [],
    grants: [],
    ...more,
  });
  const bounds = (more: Partial<Bounds> = {}): Bounds => ({
    accountId,
    audience: 'api',
    scopes,
    role: 'OWNER',
    buildingIds: ['*'],
    issuer: null,
    expiresAt: null,
    ...more,
  });
  const ofAudience = (audience: Audience) =>
    scopes.filter((scope) => scopeRules[scope].audiences.some((each) => each === audience));
  const owners = [{ accountId, role: 'OWNER' as const }];
  const grant = (resourceType: string, resourceId: string, role: Role): ResourceGrant => ({
    accountId,
    resourceType,
    resourceId,
    role,
  });
  for (const role of roles) callers.set(role, session({ memberships: [{ accountId, role }] }));
  callers.set('role on the site', session({ grants: [grant('site', siteId, 'MANAGER')] }));
  callers.set('role on the tank', session({ grants: [grant('reservoir', reservoirId, 'OWNER')] }));
  callers.set('view of the tank', session({ grants: [grant('reservoir', reservoirId, 'VIEWER')] }));
  callers.set('role on a building', session({ grants: [grant('building', siteId, 'OWNER')] }));
  callers.set('support', session({ isSupport: true }));
  callers.set('platform admin', session({ isPlatformAdmin: true }));
  for (const audience of audiences)
    callers.set(
      `token of ${audience}`,
      session({
        kind: 'ACCOUNT_TOKEN',
        memberships: owners,
        bounds: bounds({ audience, scopes: ofAudience(audience) }),
      }),
    );
  callers.set(
    'token of a viewer',
    session({
      kind: 'ACCOUNT_TOKEN',
      memberships: [{ accountId, role: 'VIEWER' }],
      bounds: bounds({ role: 'VIEWER' }),
    }),
  );
  const machine = { userId: null, sessionId: null, memberships: owners };
  callers.set('key', session({ ...machine, kind: 'API_KEY', bounds: bounds({ audience: null }) }));
  callers.set(
    'key that reads',
    session({
      ...machine,
      kind: 'API_KEY',
      bounds: bounds({ audience: null, scopes: ['water.read'] }),
    }),
  );
  callers.set(
    'key of nothing',
    session({ ...machine, kind: 'API_KEY', bounds: bounds({ scopes: [] }) }),
  );
  callers.set(
    'external',
    session({
      ...machine,
      kind: 'EXTERNAL',
      bounds: bounds({ audience: 'operations', issuer: 'https://issuer.example' }),
    }),
  );
}

/** Kinds opened by a role on a resource, written by hand: a site with a tank, and a tank alone. */
const opens: Readonly<Record<string, readonly string[]>> = {
  'role on the site': ['site', 'reservoir'],
  'role on the tank': ['reservoir'],
  'view of the tank': ['reservoir'],
};

/** The policy's answer: from the data of route, caller and place, and nothing of the guard. */
function expected(route: Route, name: string, caller: Caller | undefined, place: Place): Outcome {
  const { access } = route;
  if (!caller) return 401;
  const { kind, memberships, grants, bounds } = caller;
  if (access.kind === 'signedIn') return access.callers.includes(kind) ? 'admitted' : 403;
  if (bounds) {
    const names: readonly string[] = bounds.scopes;
    const isNamed =
      route.scope !== undefined &&
      (names.includes(route.scope) || names.includes(route.scope.replace('.read', '.write')));
    const isOfAudience = bounds.audience === null || bounds.audience === audienceOf(route);
    if (!isNamed || !isOfAudience) return 403;
  }
  if (access.kind === 'platformAdmin') return caller.isPlatformAdmin ? 'admitted' : 403;
  if (access.kind === 'platformStaff')
    return caller.isPlatformAdmin || caller.isSupport ? 'admitted' : 403;
  if (!('roles' in access)) return 'admitted';
  const isLetIn = (role: Role) => access.roles.length === 0 || access.roles.includes(role);
  const [membership] = memberships;
  if (access.kind === 'accountOf')
    return bounds && membership && isLetIn(membership.role) ? 'admitted' : 403;
  if (access.kind === 'member')
    return place === 'own' && membership && isLetIn(membership.role) ? 'admitted' : 403;
  if (place !== 'own') return 404;
  const granted = opens[name]?.includes(access.resource) ? grants : [];
  const heldRoles = [...memberships, ...granted].map(({ role }) => role);
  if (heldRoles.length === 0) return 404;
  return heldRoles.some(isLetIn) ? 'admitted' : 403;
}

const tokenOf = (name: string): string => name.replaceAll(' ', '_');

/** Routes with an effect but no body are not called as an admitted caller. */
const isHarmless = (route: Route): boolean =>
  // A person's own routes look for the person, and these callers are nobody.
  route.access.kind !== 'signedIn' &&
  !isStream(route) &&
  (route.method === 'get' || route.body !== undefined);

function pathTo(route: Route, place: Place): string {
  const things = new Map(Object.entries(places[place]));
  const ids = paramNames(route.path).map((name) => [name, things.get(name) ?? newId()]);
  return pathWith(route, Object.fromEntries(ids));
}

async function outcome(route: Route, token: string | undefined, place: Place): Promise<Outcome> {
  // A body that fits no schema: an admitted caller is refused for the body, and changes nothing.
  const body = route.body === undefined ? undefined : '[]';
  const headers: Record<string, string> = route.concurrency ? { 'if-match': '"999"' } : {};
  const { status } = await call(route.method, pathTo(route, place), {
    token,
    body,
    headers,
  });
  if (status === 401 || status === 403) return status;
  const isLocated = route.access.kind === 'resource';
  return status === 404 && isLocated ? 404 : status < 500 ? 'admitted' : 'failed';
}

describe.each<Place>(['own', 'foreign', 'missing'])('every route, for what is %s', (place) => {
  async function oddOutcomes(name: string): Promise<unknown[]> {
    const odd: unknown[] = [];
    const caller = callers.get(name);
    for (const route of routes) {
      const wanted = expected(route, name, caller, place);
      if (wanted === 'admitted' && !isHarmless(route)) continue;
      const answered = await outcome(route, caller && tokenOf(name), place);
      if (answered !== wanted) odd.push([nameOf(route), wanted, answered]);
    }
    return odd;
  }

  it('asks nobody in', async () => {
    expect(await oddOutcomes('nobody')).toEqual([]);
  });
  it.each([
    ...roles,
    'role on the site',
    'role on the tank',
    'view of the tank',
    'role on a building',
    'support',
    'platform admin',
    ...audiences.map((audience) => `token of ${audience}`),
    'token of a viewer',
    'key',
    'key that reads',
    'key of nothing',
    'external',
  ])('is as the policy says for: %s', async (name) => {
    expect(callers.has(name)).toBe(true);
    expect(await oddOutcomes(name)).toEqual([]);
  });
});

describe('a role on one resource', () => {
  const patch = (name: string, siteId: string) =>
    call('patch', `/v1/reservoirs/${places.own.reservoir_id}`, {
      token: tokenOf(name),
      body: { site_id: siteId },
      headers: { 'if-match': '"999"' },
    });

  it('moves nothing to where it does not reach', async () => {
    const { rows } = await system.admin.query(
      `insert into water.sites (account_id, site_id, name, site_type)
       select account_id, $2, 'Another', site_type from water.sites where site_id = $1 returning site_id`,
      [places.own.site_id, newId()],
    );
    const another: string = rows[0].site_id;
    for (const siteId of [another, places.foreign.site_id, places.missing.site_id])
      for (const name of ['role on the site', 'role on the tank']) {
        const { status, body } = await patch(name, siteId);
        expect([name, status, body]).toMatchObject([name, 404, { details: { resource: 'site' } }]);
      }
    // The version is refused, and so nothing before it.
    expect((await patch('OWNER', another)).status).toBe(412);
    expect((await patch('role on the site', places.own.site_id)).status).toBe(412);
    expect((await patch('role on the tank', places.own.site_id)).status).toBe(412);
  });
});
