import { describe, expect, it } from '@jest/globals';
import { isOfAccount } from '../../api/route/access.js';
import { roles } from '../../api/route/caller.js';
import { audienceOf, type Route } from '../../api/route/route.js';
import { scopeRules } from '../../workflows/identity/scope.contract.js';
import { allResources, allRoutes } from '../support/routes/all-routes.js';
import { fieldsOf, nameOf } from '../support/routes/route-calls.js';

/** Routes of an account for people alone, with the reason. */
const forSessionsAlone: readonly (readonly [RegExp, string])[] = [
  [/\/audit(\/|$)/, 'the log of what everybody did is read by people who answer for the account'],
  [/\/subscription$/, 'a plan is bought by people'],
  [/\/push-tokens/, 'of the phone in somebody’s hand'],
  [/\/notification-(preferences|capabilities)$/, 'what one person wants to hear of'],
  [/\/(members|invites|grants)(\/|$)/, 'who is let in is decided by people'],
  [/\/api-keys(\/|$)/, 'no key makes keys'],
  [/\/profile(\/|$)/, 'what the account is called is said by people'],
  [/^\w+ \/v1\/accounts\/:account_id$/, 'the account itself is described by people'],
];
const reasonOf = (route: Route): string | undefined =>
  forSessionsAlone.find(([pattern]) => pattern.test(nameOf(route)))?.[1];

const routes = allRoutes().filter(({ access }) => isOfAccount(access));

describe('a route of an account', () => {
  it('names the scope that a machine needs, or is for people alone', () => {
    expect(routes.length).toBeGreaterThan(50);
    const open = routes.filter((route) => route.scope === undefined && !reasonOf(route));
    expect(open.map(nameOf)).toEqual([]);
    expect(routes.filter((route) => route.scope && reasonOf(route)).map(nameOf)).toEqual([]);
  });

  it('names one that reads where it changes nothing, and one that writes elsewhere', () => {
    const isPlain = (route: Route) =>
      route.scope?.endsWith(route.method === 'get' ? '.read' : '.write');
    expect(routes.filter((route) => route.scope && !isPlain(route)).map(nameOf)).toEqual([
      'POST /v1/accounts/:account_id/orders/quote',
    ]);
  });

  it('names one of its own audience, which some role of the route may have', () => {
    for (const route of routes) {
      if (!route.scope || !isOfAccount(route.access)) continue;
      const rule = scopeRules[route.scope];
      expect([nameOf(route), rule.audiences]).toEqual([
        nameOf(route),
        expect.arrayContaining([audienceOf(route)]),
      ]);
      const allowed = route.access.roles.length > 0 ? route.access.roles : roles;
      const ofScope: readonly string[] = rule.roles;
      expect([nameOf(route), allowed.some((role) => ofScope.includes(role))]).toEqual([
        nameOf(route),
        true,
      ]);
      // Who may call the route may have the scope, where the route names its roles.
      if (route.access.roles.length > 0)
        expect([nameOf(route), allowed.filter((role) => !ofScope.includes(role))]).toEqual([
          nameOf(route),
          [],
        ]);
    }
  });

  it('says of each id in a body of what kind it is, where a role on one resource is enough', () => {
    const located = routes.filter(({ access }) => access.kind === 'resource');
    // A zone is of a directory outside Millrace.
    const ids = located.flatMap((route) =>
      Object.keys(fieldsOf(route.body))
        .filter((field) => /_ids?$/.test(field) && field !== 'zone_id')
        .map((field) => `${nameOf(route)} ${field}: ${route.bodyResources?.[field]}`),
    );
    expect(ids).toEqual(['PATCH /v1/reservoirs/:reservoir_id site_id: site']);
    for (const kind of located.flatMap((route) => Object.values(route.bodyResources ?? {})))
      expect(Object.keys(allResources)).toContain(kind);
  });

  it('alone has one: no machine reaches the platform’s, or a person’s', () => {
    const others = allRoutes().filter(({ access }) => !isOfAccount(access));
    expect(others.filter(({ scope }) => scope !== undefined).map(nameOf)).toEqual([]);
  });
});
