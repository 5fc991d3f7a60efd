import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { isForPlatform } from '../../api/route/access.js';
import { exampleOf } from '../../api/openapi/example.js';
import type { Route } from '../../api/route/route.js';
import type { Actor } from '../support/people/actors.js';
import { answerOf, createRawClient, type RawAnswer } from '../support/http/http.js';
import { makeHolding, type Holding } from '../support/holdings/holdings.js';
import { makeShop } from '../support/holdings/water.holding.js';
import { numberPlaces, type NumberSchema } from '../support/routes/number-places.js';
import { bodyWith, nameOf, pathWith } from '../support/routes/route-calls.js';
import { startTestSystem, type TestSystem } from '../support/system/system.js';

let system: TestSystem;
let seller: Actor;
let admin: Actor;
let held: Holding & { seller_reservoir_id: string };

beforeAll(async () => {
  system = await startTestSystem();
  [seller, admin] = [await system.signUp('seller'), await system.platformAdmin()];
  const shop = await makeShop(await system.signUp('another'));
  held = { ...(await makeHolding(system, seller, shop)), seller_reservoir_id: shop };
});
afterAll(() => system.stop());

const call = (
  route: Route,
  request: { body?: unknown; query?: string; etag?: string },
): Promise<RawAnswer> => {
  const { token } = isForPlatform(route.access) ? admin : seller;
  const headers: Record<string, string> =
    request.etag === undefined ? {} : { 'if-match': request.etag };
  const path = pathWith(route, { ...held }) + (request.query ?? '');
  return createRawClient(system.url)(route.method, path, { token, headers, body: request.body });
};

/**
 * The edges that would reach PostgreSQL; every other edge is the schemas' (numbers.test.ts of the
 * architecture).
 */
const edgesOf = ({ minimum = 0, maximum = 1 }: NumberSchema): number[] => [
  5e-324,
  1e-20,
  minimum,
  maximum,
];

/**
 * Sent as text: JSON.stringify knows neither a negative zero nor the digits of the smallest numbers
 * as people write numbers.
 */
const asText = (value: unknown, number: number): string =>
  JSON.stringify(value).replace('"the number"', Object.is(number, -0) ? '-0' : String(number));

/** One request an edge of each of a route's numbers, in the body or the query. */
function* edgeRequests(route: Route): Generator<{ name: string; body?: unknown; query?: string }> {
  const { body, query } = route;
  for (const { path, schema, put } of body ? numberPlaces(body) : [])
    for (const edge of edgesOf(schema)) {
      const value = put(bodyWith(route, { ...held }), 'the number');
      yield { name: `/${path.join('/')}: ${edge}`, body: asText(value, edge) };
    }
  for (const { path, schema } of query ? numberPlaces(query) : [])
    for (const edge of edgesOf(schema)) {
      const fields = {
        ...(exampleOf(query ?? {}) as Record<string, unknown>),
        [path[0] ?? '']: edge,
      };
      delete (fields as { cursor?: unknown }).cursor;
      const text = Object.entries(fields).map(([name, value]) => [name, String(value)]);
      yield {
        name: `?${path.join('/')}=${edge}`,
        query: `?${new URLSearchParams(Object.fromEntries(text)).toString()}`,
      };
    }
}

/** A stored edge must not break the readers either. */
const readers = (): Promise<RawAnswer>[] => {
  const raw = createRawClient(system.url);
  const read = (path: string) => raw('get', path, { token: seller.token });
  const listings = '/v1/marketplace/reservoir-listings?lat=0&lng=0&within_radius_km=500';
  return [
    read(`/v1/accounts/${seller.accountId}/seller/reservoirs`),
    read(`/v1/accounts/${seller.accountId}/reservoirs`),
    read(`/v1/reservoirs/${held.reservoir_id}`),
    read(listings),
    raw('post', `/v1/accounts/${seller.accountId}/orders/quote`, {
      token: seller.token,
      body: {
        seller_reservoir_id: held.reservoir_id,
        requested_fill_mode: 'VOLUME_LITERS',
        requested_volume_liters: 1,
        currency: 'USD',
      },
    }),
  ];
};

it('no number at the edge of what its field takes is an error of ours, nor makes one of what reads it', async () => {
  const faults: string[] = [];
  let sent = 0;
  for (const route of system.api.routes) {
    for (const { name, body, query } of edgeRequests(route)) {
      const etag =
        route.concurrency && (await call({ ...route, method: 'get' }, {})).headers.get('etag');
      const answer = await call(route, { body, query, etag: etag ?? undefined });
      sent += 1;
      const answers = [
        answer,
        ...(answer.status < 300 && route.method === 'patch' ? await Promise.all(readers()) : []),
      ];
      for (const each of answers.filter(({ status }) => status >= 500))
        faults.push(`${nameOf(route)} ${name}: ${answerOf(each).slice(0, 200)}`);
    }
  }
  expect(faults).toEqual([]);
  expect(sent).toBeGreaterThan(200);
});
