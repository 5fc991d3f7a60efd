import { describe, expect, it } from '@jest/globals';
import { Type, type TSchema } from 'typebox';
import { exampleOf } from '../../../api/openapi/example.js';
import { faultsOf } from '../../../api/pipeline/input.js';
import { quantity, roundedTo } from '../../../api/route/quantity.js';
import type { Route } from '../../../api/route/route.js';
import { nullable, closedObject } from '../../../api/route/schema.js';
import { compileBody, compileQuery, type Check } from '../../../api/route/validator.js';
import { allRoutes } from '../../support/routes/all-routes.js';
import {
  edgesOf,
  numberPlaces,
  valueAt,
  type NumberPlace,
} from '../../support/routes/number-places.js';
import { nameOf } from '../../support/routes/route-calls.js';

const routes = allRoutes();
/** The schemas of a route's requests, with the check of each. */
const inputsOf = ({ params, query, body }: Route): (readonly [TSchema, typeof compileBody])[] => [
  [params, compileBody],
  ...(query ? [[query, compileQuery] as const] : []),
  ...(body ? [[body, compileBody] as const] : []),
];

/** Gaps in a number's schema, left to the database. */
function gapsOf({ path, schema }: NumberPlace): string[] {
  const { type, minimum, maximum, 'x-places': places } = schema;
  const gaps = {
    'a least value': minimum === undefined || !Number.isFinite(minimum),
    'a largest value': maximum === undefined || !Number.isFinite(maximum),
    'decimal places': type === 'number' && places !== 'exact' && !Number.isInteger(places),
    'bounds of its places':
      typeof places === 'number' &&
      [minimum, maximum].some((bound = 0) => roundedTo(places, bound) !== bound),
    'bounds that a number holds': [minimum, maximum].some(
      (bound = 0) => Math.abs(bound) > Number.MAX_SAFE_INTEGER,
    ),
  };
  return Object.entries(gaps).flatMap(([gap, isThere]) =>
    isThere ? [`/${path.join('/')}: ${gap}`] : [],
  );
}

/** Values passed by a check at a place out of bounds, or not rounded. */
function leaksOf(
  schema: TSchema,
  check: Check,
  { path, schema: number, put }: NumberPlace,
): string[] {
  const { minimum = -Infinity, maximum = Infinity, 'x-places': places } = number;
  const leaks: string[] = [];
  for (const edge of edgesOf(number)) {
    const value = put(structuredClone(exampleOf(schema)), edge);
    const isRefused = faultsOf(value, check).length > 0;
    const kept = valueAt(value, path) as number;
    const isRounded =
      places === 'exact' || (!Object.is(kept, -0) && (kept === 0 || Math.abs(kept) >= 1e-9));
    const isOfPlaces = typeof places !== 'number' || roundedTo(places, kept) === kept;
    if (!isRefused && !(kept >= minimum && kept <= maximum && isRounded && isOfPlaces))
      leaks.push(`/${path.join('/')}: ${edge} is taken as ${kept}`);
  }
  return leaks;
}

/** Values refused at a place though rounding to a bound. */
function refusalsOf(
  schema: TSchema,
  check: Check,
  { path, schema: number, put }: NumberPlace,
): string[] {
  const { minimum = 0, maximum = 0, 'x-places': places } = number;
  if (typeof places !== 'number') return [];
  const outside = 0.4 * 10 ** -places;
  return [minimum - outside, maximum + outside].flatMap((edge) => {
    const value = put(structuredClone(exampleOf(schema)), edge);
    const faults = faultsOf(value, check);
    return faults.length > 0 ? [`/${path.join('/')}: ${edge} ${faults[0]?.message}`] : [];
  });
}

describe('every number of a request', () => {
  const numbers = routes.flatMap((route) =>
    inputsOf(route).flatMap(([schema, compile]) =>
      numberPlaces(schema).map((place) => ({ route, schema, compile, place })),
    ),
  );

  it('is found', () => {
    expect(numbers.length).toBeGreaterThan(60);
    const paths = numbers.map(({ place: { path } }) => path.join('/'));
    for (const path of [
      'lat',
      'within_radius_km',
      'geometry/diameter_mm',
      'safety_margin_pct',
      'location/lng',
      'limit',
    ])
      expect(paths).toContain(path);
  });

  it('has bounds, and decimal places that they are of', () => {
    expect(
      numbers.flatMap(({ route, place }) => gapsOf(place).map((gap) => `${nameOf(route)} ${gap}`)),
    ).toEqual([]);
  });

  it('is rounded before its bounds are looked at, and is within them', () => {
    expect(
      numbers.flatMap(({ route, schema, compile, place }) =>
        leaksOf(schema, compile(schema), place).map((leak) => `${nameOf(route)} ${leak}`),
      ),
    ).toEqual([]);
  });

  it('is taken where it rounds to one of its bounds', () => {
    expect(
      numbers.flatMap(({ route, schema, compile, place }) =>
        refusalsOf(schema, compile(schema), place).map((refusal) => `${nameOf(route)} ${refusal}`),
      ),
    ).toEqual([]);
  });

  it('is found where it has no bounds or places, or is let through as it came', () => {
    const gapsIn = (schema: TSchema) => numberPlaces(closedObject({ n: schema })).flatMap(gapsOf);
    expect(gapsIn(quantity(3, { minimum: 0, maximum: 10 }))).toEqual([]);
    expect(gapsIn(Type.Integer({ minimum: 0, maximum: 10 }))).toEqual([]);
    expect(gapsIn(Type.Number({ minimum: 0, maximum: 10 }))).toEqual(['/n: decimal places']);
    expect(gapsIn(quantity(3, { minimum: 0.0001, maximum: 10 }))).toEqual([
      '/n: bounds of its places',
    ]);
    for (const schema of [Type.Integer(), Type.Integer({ exclusiveMinimum: 0, maximum: 1 })])
      expect(gapsIn(nullable(schema))).toContain('/n: a least value');
    const loose = closedObject({ n: Type.Number({ minimum: 0, maximum: 10 }) });
    const [place] = numberPlaces(loose);
    expect(place && leaksOf(loose, compileBody(loose), place)).toContain(
      '/n: 5e-324 is taken as 5e-324',
    );
  });
});

it('a number rounds to the nearest of its places, and never to a negative zero', () => {
  for (const [places, given, rounded] of [
    [3, 1.0004, 1],
    [3, 1.0006, 1.001],
    [3, 5e-324, 0],
    [7, -1.29210004, -1.2921],
    [0, 2.5, 3],
    [3, 1e12, 1e12],
  ] as const)
    expect(roundedTo(places, given)).toBe(rounded);
  expect(Object.is(roundedTo(3, -5e-324), 0)).toBe(true);
});
