import type { TSchema } from 'typebox';
import { exampleOf } from '../../../api/openapi/example.js';

/** The parts of JSON Schema used to build bodies here. */
interface Shape {
  type?: string;
  properties?: Record<string, Shape>;
  items?: Shape;
  anyOf?: Shape[];
  patternProperties?: Record<string, Shape>;
  additionalProperties?: Shape | boolean;
}
interface WorstBody {
  name: string;
  text: string;
}

const manyKeys = (last: number): object =>
  Object.fromEntries(
    [...'0123456789abcdefghijklmnopqrstuvwxyz'].map((key) => [key, key === 'z' ? last : 1]),
  );
const nested = (depth: number, open: string, close: string): string =>
  open.repeat(depth) + '1' + close.repeat(depth);

/** Texts hard on some pattern or format. */
const longTexts: Record<string, (length: number) => string> = {
  letters: (length) => 'a'.repeat(length),
  digits: (length) => `+${'1'.repeat(length - 1)}`,
  spaces: (length) => `x${' '.repeat(length - 2)}x`,
  address: (length) => `${'a.'.repeat(length / 2 - 5)}@b`,
  dots: (length) => 'a@' + 'a.'.repeat(length / 2 - 2),
  url: (length) => `https://a/${'%aa/'.repeat(length / 4 - 3)}\u0001`,
  time: (length) => `2026-01-01T00:00:00.${'0'.repeat(length - 22)}`,
  unicode: (length) => '\u{1f600}'.repeat(length / 4 - 1),
};

/** As many items as fit, up to a count. */
function filled(item: unknown, limitBytes: number, most = Infinity): unknown[] {
  const count = Math.floor(limitBytes / (JSON.stringify(item).length + 1)) - 1;
  return Array.from({ length: Math.max(1, Math.min(count, most)) }, () => item);
}

/** Values in place of any value, against any schema, as JSON; made once a size. */
const valueTexts = new Map<number, readonly (readonly [string, string])[]>();
function valuesOf(limitBytes: number): readonly (readonly [string, string])[] {
  const known =
    valueTexts.get(limitBytes) ??
    [...values(limitBytes)].map(([name, value]) => [name, JSON.stringify(value)]);
  valueTexts.set(limitBytes, known);
  return known;
}
function* values(limitBytes: number): Generator<[string, unknown]> {
  yield [
    'near-equal objects',
    Array.from({ length: 1_000 }, (_, n) => manyKeys(n)).slice(0, limitBytes / 260),
  ];
  yield ['fewer near-equal objects', Array.from({ length: 500 }, (_, n) => manyKeys(n))];
  yield ['arrays of numbers', filled(filled(1, 2_000, 999), limitBytes, 19)];
  yield [
    'objects of unknown fields',
    filled(Object.fromEntries(filled(1, 5_000, 900).map((_, n) => [`k${n}`, 1])), limitBytes, 20),
  ];
  // As much as an object may hold; only a batch may hold more.
  yield ['few near-equal objects', Array.from({ length: 130 }, (_, n) => manyKeys(n))];
  yield ['few arrays of numbers', filled(filled(1, 2_000, 999), limitBytes, 4)];
  yield [
    'few objects of unknown fields',
    Array.from({ length: 5 }, (_, m) =>
      Object.fromEntries(filled(1, 5_000, 900).map((_, n) => [`k${m}_${n}`, 1])),
    ),
  ];
  yield [
    'near-equal arrays',
    Array.from({ length: 1_000 }, (_, n) => [...Array<number>(60).fill(1), n]),
  ];
  yield ['equal long texts', filled('a'.repeat(250), limitBytes, 1_000)];
  yield ['texts', Array.from({ length: 1_000 }, (_, n) => `${'a'.repeat(200)}${n}`)];
  yield ['numbers', filled(1, limitBytes)];
  yield ['nothing', filled(null, limitBytes, 1_000)];
  yield ['empty objects', filled({}, limitBytes, 1_000)];
  yield ['empty arrays in arrays', filled(filled([], 2_800), limitBytes, 1_000)];
  yield [
    'unknown fields',
    Object.fromEntries(Array.from({ length: limitBytes / 12 }, (_, n) => [`k${n}`, 1])),
  ];
  yield [
    'a thousand unknown fields',
    Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`k${n}`, {}])),
  ];
  yield ['a long name', { ['~/'.repeat(limitBytes / 2 - 20)]: 1 }];
  yield [
    'long names',
    Object.fromEntries(
      filled(0, limitBytes / 110, 1_000).map((_, n) => ['~/'.repeat(95) + n, 'x']),
    ),
  ];
  for (const [name, make] of Object.entries(longTexts))
    yield [`${longText} ${name}`, make(limitBytes)];
}
const longText = 'a long text of';

/** A text goes where a text may be, and everything else where there is an inside. */
const isHardOn = (kind: string, { type, properties, items, anyOf, ...rest }: Shape): boolean => {
  const hasInside = properties ?? items ?? anyOf ?? rest.patternProperties;
  return (
    anyOf !== undefined || (kind.startsWith(longText) ? type === 'string' : hasInside !== undefined)
  );
};

/**
 * Where another value can stand: paths of keys, `*` for the items of an array, with the schema
 * there.
 */
function* places(
  shape: Shape,
  path: readonly string[] = [],
): Generator<readonly [readonly string[], Shape]> {
  if (path.length > 6) return;
  yield [path, shape];
  for (const [key, each] of Object.entries(shape.properties ?? {}))
    yield* places(each, [...path, key]);
  if (shape.items) yield* places(shape.items, [...path, '*']);
  for (const each of shape.anyOf ?? []) yield* branches(each, path);
  for (const each of Object.values(shape.patternProperties ?? {}))
    yield* places(each, [...path, 'any']);
  if (typeof shape.additionalProperties === 'object')
    yield* places(shape.additionalProperties, [...path, 'any']);
}
function* branches(
  shape: Shape,
  path: readonly string[],
): Generator<readonly [readonly string[], Shape]> {
  for (const place of places(shape, path)) if (place[0].length > path.length) yield place;
}

/** The example with a value in place of another. */
function withValue(example: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (key === '*') return [withValue(Array.isArray(example) ? example[0] : undefined, rest, value)];
  const fields =
    typeof example === 'object' && example !== null && !Array.isArray(example) ? example : {};
  return { ...fields, [key]: withValue((fields as Record<string, unknown>)[key], rest, value) };
}

/** As many copies of the example's item as fit, each with a wrong value at every place. */
function* wrongItems(schema: TSchema, limitBytes: number): Generator<[string, unknown]> {
  const example = exampleOf(schema);
  for (const [place] of places(schema)) {
    const index = place.lastIndexOf('*');
    const [item, into] =
      index === -1 ? [undefined, undefined] : [place.slice(index + 1), place.slice(0, index)];
    if (!item || !into) continue;
    const [one] = valueAt(withValue(example, place, { wrong: 1 }), into) as unknown[];
    yield [
      `wrong items at /${place.join('/')}`,
      withValue(example, into, filled(one, limitBytes - 2_000, 1_000)),
    ];
  }
}
const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (found, key) => (key === '*' ? (found as unknown[])[0] : Object(found)[key]),
    value,
  );

/**
 * Bodies of up to the limit, made to cost as much as a schema allows: each kind of value at each
 * place, and worse shapes.
 */
export function* worstBodies(schema: TSchema, limitBytes: number): Generator<WorstBody> {
  yield { name: 'deep arrays', text: nested(limitBytes / 2 - 1, '[', ']') };
  yield { name: 'deep objects', text: nested(Math.floor(limitBytes / 6) - 1, '{"a":', '}') };
  yield { name: 'an array of arrays', text: `[${'[],'.repeat(limitBytes / 3 - 2)}[]]` };
  const example = exampleOf(schema);
  const mark = 'the place of another value';
  for (const [place, shape] of places(schema)) {
    const [before = '', after = ''] = JSON.stringify(withValue(example, place, mark)).split(
      `"${mark}"`,
    );
    for (const [kind, value] of valuesOf(limitBytes - 4_096))
      if (isHardOn(kind, shape))
        yield { name: `${kind} at /${place.join('/')}`, text: before + value + after };
  }
  for (const [name, value] of wrongItems(schema, limitBytes))
    yield { name, text: JSON.stringify(value) };
}
