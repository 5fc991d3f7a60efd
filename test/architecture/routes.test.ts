import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { errorsOf } from '../../api/route/route-errors.js';
import { isMutating, limitOf, type Route } from '../../api/route/route.js';
import { loadConfig } from '../../config.js';
import { featureKeys } from '../../workflows/identity/plan.contract.js';
import { limitedResources } from '../../workflows/shared/limited-resources.js';
import { errorCodes } from '../../workflows/shared/error-codes.js';
import { ratesOf } from '../../workers/api/rates.js';
import { noHolding } from '../support/holdings/holdings.js';
import { nameOf, pathWith } from '../support/routes/route-calls.js';
import { startTestSystem, type TestSystem } from '../support/system/system.js';

const limits = Object.keys(ratesOf(loadConfig({})));
let system: TestSystem;
let document: { paths: Record<string, Record<string, { responses: Record<string, unknown> }>> };
beforeAll(async () => {
  system = await startTestSystem();
  document = (await (await fetch(`${system.url}/openapi.json`)).json()) as typeof document;
});
afterAll(() => system.stop());

/** A configured class, or the reason for none. */
const isLimited = (route: Route): boolean =>
  typeof route.limit === 'object'
    ? route.limit.exempt.length > 10
    : limits.includes(limitOf(route) ?? '');

/** The entry for the audit log, or the reason for none. */
function isAccountedFor({ audit }: Route): boolean {
  if (!audit) return false;
  return 'exempt' in audit ? audit.exempt.length > 10 : /^[a-z-]+\.[a-z-]+$/.test(audit.action);
}

/** Gaps in a route's description. */
function gapsOf(route: Route): string[] {
  const documented = document.paths[route.path.replace(/:(\w+)/g, '{$1}')]?.[route.method];
  const codes: readonly string[] = errorsOf(route);
  const gaps = {
    access: (route.access as Route['access'] | undefined) === undefined,
    'error codes': codes.length === 0 || codes.some((code) => !Object.hasOwn(errorCodes, code)),
    'an answer': Object.keys(route.responses).length === 0,
    OpenAPI:
      documented === undefined ||
      Object.keys(route.responses).some((status) => !(status in documented.responses)),
    limit: !isLimited(route),
    feature: route.feature !== undefined && !featureKeys.includes(route.feature),
    uses: route.uses !== undefined && !limitedResources.includes(route.uses),
    audit: isMutating(route) && !isAccountedFor(route),
  };
  return Object.entries(gaps).flatMap(([gap, isThere]) =>
    isThere ? [`${nameOf(route)}: ${gap}`] : [],
  );
}

describe('every route', () => {
  it('says who may call it, what it answers, with which codes, what is audited, and is in the document', async () => {
    expect(system.api.routes.length).toBeGreaterThan(50);
    expect(system.api.routes.filter(isMutating).length).toBeGreaterThan(30);
    expect(system.api.routes.flatMap(gapsOf)).toEqual([]);
    expect(await new Validator().validate(document)).toMatchObject({ valid: true });
  });

  it('is found when it does not', () => {
    const [route] = system.api.routes.filter(isMutating);
    if (!route) throw new Error('there is no route that changes something');
    const broken = (changes: object) => gapsOf({ ...route, ...changes }).length;
    expect(broken({})).toBe(0);
    for (const changes of [
      { access: { kind: 'anyone' }, path: '/nowhere' },
      { errors: ['NO_SUCH_CODE'] },
    ])
      expect(broken(changes)).toBe(1);
    for (const changes of [
      { limit: 'no such' },
      { limit: { exempt: '' } },
      { responses: {} },
      { feature: 'no.such' },
      { uses: 'nothing' },
      { responses: { 299: null } },
      { audit: undefined },
      { audit: { exempt: '' } },
      { audit: { action: 'something', subject: 'thing' } },
    ])
      expect(broken(changes)).toBe(1);
  });
});

/**
 * As the router writes the methods: a path's own methods, whether or not a less special fitting
 * path takes more.
 */
const methodsOf = (path: string): string[] => {
  const own = system.api.routes
    .filter((route) => route.path === path)
    .map(({ method }) => method.toUpperCase());
  return [...own, ...(own.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].sort();
};

it('every path takes the methods of its own routes, says so, and refuses every other', async () => {
  const paths = new Map(system.api.routes.map((route) => [route.path, route]));
  const odd: string[] = [];
  for (const [path, route] of paths) {
    const url = system.url + pathWith(route, { ...noHolding() });
    const allowed = methodsOf(path);
    const told = (await fetch(url, { method: 'OPTIONS' })).headers.get('allow');
    if (told !== allowed.join(', ')) odd.push(`${path}: ${told}`);
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter(
      (each) => !allowed.includes(each),
    )) {
      const { status, headers } = await fetch(url, { method });
      if (status !== 405 || headers.get('allow') !== told) odd.push(`${method} ${path}: ${status}`);
    }
  }
  expect(odd).toEqual([]);
  expect(methodsOf('/v1/accounts/:account_id/devices/attach')).toEqual(['OPTIONS', 'POST']);
});

it('requests are limited in the API as it runs', async () => {
  const { headers } = await fetch(`${system.url}/v1/plans`);
  expect(headers.get('RateLimit-Policy')).toBe('"read";q=100000000;w=60');
});

it('what plans count is added by a route that says so', async () => {
  const { rows } = await system.admin.query<{ resource: string }>(
    'select resource from identity.counted_resources',
  );
  const counted = rows.map(({ resource }) => resource).sort();
  const used = new Set(system.api.routes.flatMap(({ uses }) => (uses === undefined ? [] : [uses])));
  expect([...used].sort()).toEqual(counted);
});
