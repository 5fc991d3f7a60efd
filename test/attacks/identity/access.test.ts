import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { needsCaller } from '../../../api/route/access.js';
import { roles, type Role } from '../../../api/route/caller.js';
import type { Route } from '../../../api/route/route.js';
import type { Actor } from '../../support/people/actors.js';
import { codeOf, createRawClient, type RawAnswer } from '../../support/http/http.js';
import { makeHolding, type Holding } from '../../support/holdings/holdings.js';
import { makeShop } from '../../support/holdings/water.holding.js';
import { bodyWith, isStream, nameOf, pathWith } from '../../support/routes/route-calls.js';
import { startTestSystem, type TestSystem } from '../../support/system/system.js';

let system: TestSystem;
let routes: readonly Route[];
let owner: Actor;
let held: Holding;
/** Somebody of each lower role on the owner's account. */
const members = new Map<Role, Actor>();
const lowerRoles = roles.filter((role) => role !== 'OWNER');
beforeAll(async () => {
  system = await startTestSystem();
  routes = system.api.routes.filter((route) => needsCaller(route.access));
  const [seller, one, ...others] = await Promise.all(
    ['seller', 'owner', ...lowerRoles].map((name) => system.signUp(name.toLowerCase())),
  );
  if (!seller || !one) throw new Error('two people');
  owner = one;
  held = await makeHolding(system, owner, await makeShop(seller));
  for (const [n, role] of lowerRoles.entries()) {
    const member = others[n];
    if (!member) throw new Error(`nobody is ${role}`);
    await grant(member, role);
    members.set(role, member);
  }
  // A standing is believed for a second.
  await sleep(1_050);
});
afterAll(() => system.stop());

async function grant({ accountId }: Actor, role: Role): Promise<void> {
  await system.admin.query(
    `insert into identity.access_grants (account_id, principal_id, resource_type, resource_id, role)
     select $1, g.principal_id, 'account', $1, $3 from identity.access_grants g where g.account_id = $2`,
    [owner.accountId, accountId, role],
  );
}

function ask(route: Route, token: string | undefined): Promise<RawAnswer> {
  const headers: Record<string, string> = route.concurrency ? { 'if-match': '"999"' } : {};
  // A body that fits no schema: an admitted caller is refused for the body, and changes nothing.
  const body = route.body === undefined ? undefined : '[]';
  return createRawClient(system.url)(route.method, pathWith(route, { ...held }), {
    token,
    body,
    headers,
  });
}

const allowedRoles = ({ access }: Route): readonly Role[] =>
  access.kind === 'member' || access.kind === 'resource'
    ? access.roles.length > 0
      ? access.roles
      : roles
    : [];
/** Routes that act without a body are not called as an admitted caller. */
const isHarmless = (route: Route): boolean =>
  !isStream(route) && (route.method === 'get' || route.body !== undefined);

describe('every route that asks who calls', () => {
  it('is shut to whoever says nothing of themselves', async () => {
    const answers = await Promise.all(
      routes.map(async (route) => [nameOf(route), codeOf(await ask(route, undefined))]),
    );
    expect(answers.length).toBeGreaterThan(60);
    expect(answers.filter(([, code]) => code !== '401 UNAUTHENTICATED')).toEqual([]);
  });

  it.each(roles.filter((role) => role !== 'OWNER'))(
    'is open to a %s as far as it says, and no further',
    async (role) => {
      const token = members.get(role)?.token;
      expect(token).toBeDefined();
      const odd: unknown[] = [];
      for (const route of routes.filter(({ access }) => access.kind !== 'signedIn')) {
        const mayEnter = allowedRoles(route).includes(role);
        if (mayEnter && !isHarmless(route)) continue;
        const answer = await ask(route, token);
        const isShut = answer.status === 403;
        if (isShut === mayEnter || answer.status >= 500) odd.push([nameOf(route), codeOf(answer)]);
      }
      expect(odd).toEqual([]);
    },
  );

  it('is shut to a platform admin where it is an account’s', async () => {
    const { token } = await system.platformAdmin();
    const odd: unknown[] = [];
    for (const route of routes.filter(
      ({ access }) => access.kind === 'member' || access.kind === 'resource',
    )) {
      const code = codeOf(await ask(route, token));
      if (!['403 FORBIDDEN', '404 RESOURCE_NOT_FOUND'].includes(code))
        odd.push([nameOf(route), code]);
    }
    expect(odd).toEqual([]);
  });

  it('is answered to its owner, so the refusals above are not the answer to everything', async () => {
    for (const route of routes.filter(
      (each) => allowedRoles(each).includes('OWNER') && isHarmless(each),
    )) {
      const body = route.method === 'get' ? undefined : bodyWith(route, {});
      expect([
        nameOf(route),
        body === undefined || (await ask(route, owner.token)).status !== 403,
      ]).toEqual([nameOf(route), true]);
    }
  });
});
