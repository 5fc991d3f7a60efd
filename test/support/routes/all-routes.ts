import type { Route } from '../../../api/route/route.js';
import { loadConfig } from '../../../config.js';
import { domains, eventCatalogue } from '../../../workers/domains.js';
import type { RouteParts } from '../../../workers/shared/domain.js';

/**
 * Stands for every part of a route but the data: has all fields, can be called, and does nothing.
 */
const anything: unknown = new Proxy(() => anything, {
  get: (_target, name) => {
    if (name === Symbol.toPrimitive) return () => 'anything';
    // Nothing to wait for.
    return name === 'then' ? undefined : anything;
  },
});
/** The given parts, and anything for the others. */
const partsWith = (given: object): unknown =>
  new Proxy(given, { get: (_target, name) => Reflect.get(given, name) ?? anything });

const url = 'postgresql://nobody@nowhere/nothing';
const variables = {
  NODE_ENV: 'test',
  SECRET_KEY: 'a secret of the tests that is long enough to be one',
  DATABASE_INGEST_URL: url,
  DATABASE_MARKET_URL: url,
};
const parts = partsWith({
  domains,
  catalogue: eventCatalogue,
  resources: partsWith({
    config: loadConfig(variables),
  }),
});
const opened = await Promise.all(
  domains.map(async (domain) => ({
    name: domain.name,
    ...(await domain.routes(parts as RouteParts)),
  })),
);

/** The contracts of all domains' routes, without anything behind. */
export const allRoutes = (): Route[] => opened.flatMap(({ routes }) => routes);
/** The contracts of one domain's routes. */
export const routesOf = (domain: string): readonly Route[] =>
  opened.find(({ name }) => name === domain)?.routes ?? [];
/** How the owners of all domains' resources are found. */
export const allResources = Object.assign({}, ...opened.map(({ resources }) => resources));
