import type { TSchema } from 'typebox';
import { exampleOf } from '../../../api/openapi/example.js';

export interface NumberSchema {
  type: 'number' | 'integer';
  minimum?: number;
  maximum?: number;
  'x-places'?: number | 'exact';
}
type Path = readonly string[];

/** A number described by a schema, and the place. */
export interface NumberPlace {
  /** The keys on the way to the number; `*` stands for the items of an array. */
  path: Path;
  schema: NumberSchema;
  /**
   * The value with another value at the place; the surroundings of the place are made as the schema
   * describes.
   */
  put(value: unknown, other: unknown): unknown;
}
interface Shape {
  type?: string;
  properties?: Record<string, Shape>;
  items?: Shape;
  anyOf?: Shape[];
  patternProperties?: Record<string, Shape>;
  additionalProperties?: Shape | boolean;
}

/** Every number described by a schema, in each of the schema's alternatives. */
export const numberPlaces = (schema: TSchema): NumberPlace[] => [
  ...placesOf(schema, [], (value) => value),
];

function* placesOf(
  shape: Shape,
  path: Path,
  prepare: (value: unknown) => unknown,
): Generator<NumberPlace> {
  if (isNumber(shape))
    yield { path, schema: shape, put: (value, other) => withValue(prepare(value), path, other) };
  for (const [name, each] of Object.entries(shape.properties ?? {}))
    yield* placesOf(each, [...path, name], prepare);
  if (shape.items) yield* placesOf(shape.items, [...path, '*'], prepare);
  for (const each of shape.anyOf ?? []) {
    const alternative = each.properties ? exampleOf(each) : undefined;
    const prepared = (value: unknown) =>
      alternative === undefined
        ? prepare(value)
        : withValue(prepare(value), path, structuredClone(alternative));
    yield* placesOf(each, path, prepared);
  }
  for (const each of Object.values(shape.patternProperties ?? {}))
    yield* placesOf(each, [...path, 'any'], prepare);
  if (typeof shape.additionalProperties === 'object')
    yield* placesOf(shape.additionalProperties, [...path, 'any'], prepare);
}

const isNumber = (shape: Shape): shape is NumberSchema =>
  shape.type === 'number' || shape.type === 'integer';

function withValue(value: unknown, [key, ...rest]: Path, other: unknown): unknown {
  if (key === undefined) return other;
  if (key === '*') {
    const [first, ...others] = Array.isArray(value) ? (value as unknown[]) : [];
    return [withValue(first, rest, other), ...others];
  }
  const fields = Object(value) as Record<string, unknown>;
  return { ...fields, [key]: withValue(fields[key], rest, other) };
}

export const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (found, key) => (Object(found) as Record<string, unknown>)[key === '*' ? '0' : key],
    value,
  );

/**
 * Dangerous numbers: next to nothing, either side of each bound, a third that no decimal holds, the
 * largest of all.
 */
export const edgesOf = ({ minimum = 0, maximum = 1 }: NumberSchema): number[] => [
  5e-324,
  2.2250738585072014e-308,
  1e-20,
  -5e-324,
  -0,
  0,
  1 / 3,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  minimum,
  maximum,
  minimum - 5e-5,
  minimum + 5e-5,
  maximum + 5e-5,
  maximum - 5e-5,
];
