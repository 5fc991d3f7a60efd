import type { Route } from '../../../api/route/route.js';
import { routesOf } from './all-routes.js';
import { nameOf } from './route-calls.js';

/** The domain of `npm test -- --domain`; all domains are tested without a name. */
export const testedDomain = process.env['MILLRACE_TEST_DOMAIN'];

/** The routes of the tested domain. */
export function testedRoutes(routes: readonly Route[]): readonly Route[] {
  if (testedDomain === undefined) return routes;
  const names = new Set(routesOf(testedDomain).map(nameOf));
  return routes.filter((route) => names.has(nameOf(route)));
}

/** A count that a walk over all domains must reach; of one domain, any count is enough. */
export const leastOf = (count: number): number => (testedDomain === undefined ? count : -1);
