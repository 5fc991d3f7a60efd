import { isDeepStrictEqual } from 'node:util';
import type { TSchema } from 'typebox';
import { placesInWords, placesKey } from '../route/quantity.js';
import { mediaTypeKey } from '../route/route.js';

/**
 * The named schemas of an OpenAPI document: a schema with an `$id` is written once and referred to.
 */
export function createComponents() {
  const schemas: Record<string, unknown> = {};

  function refer(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(refer);
    if (typeof value !== 'object' || value === null) return value;
    const {
      $id: id,
      [placesKey]: places,
      ...schema
    } = value as { $id?: unknown; [placesKey]?: unknown };
    const whole = spelledOut(typed(toldWith(schema, placesInWords(places))));
    const entries = Object.entries(whole).filter(([key]) => key !== mediaTypeKey);
    const copy = Object.fromEntries(entries.map(([key, item]) => [key, refer(item)]));
    if (typeof id !== 'string') return copy;
    if (id in schemas && !isDeepStrictEqual(schemas[id], copy))
      throw new Error(`two different components are named ${id}`);
    schemas[id] = copy;
    return { $ref: `#/components/schemas/${id}` };
  }
  return { schemas, refer: (schema: TSchema) => refer(schema) as object };
}

/** Client generators read the type of an enum rather than the values. */
function typed(schema: { enum?: unknown; type?: unknown }): object {
  const isText =
    Array.isArray(schema.enum) && schema.enum.every((value) => typeof value === 'string');
  return isText && schema.type === undefined ? { type: 'string', ...schema } : schema;
}

interface Alternatives {
  properties?: Record<string, unknown>;
  required?: string[];
  additionalProperties?: unknown;
  anyOf?: { required?: string[] }[];
  oneOf?: { required?: string[] }[];
}

/**
 * Alternatives about field combinations become whole objects: types generated from the short form
 * would accept any value for the fields, and any other field.
 */
function spelledOut(schema: object): object {
  const {
    properties,
    required = [],
    additionalProperties,
    anyOf,
    oneOf,
    ...rest
  } = schema as Alternatives;
  const alternatives = anyOf ?? oneOf;
  if (!properties || !alternatives) return schema;
  const whole = alternatives.map(({ required: own = [] }) => {
    const excluded = oneOf
      ? oneOf.flatMap((other) => other.required ?? []).filter((name) => !own.includes(name))
      : [];
    const fields = Object.entries(properties).filter(([name]) => !excluded.includes(name));
    return {
      type: 'object',
      properties: Object.fromEntries(fields),
      required: [...new Set([...own, ...required])],
      ...(additionalProperties === undefined ? {} : { additionalProperties }),
    };
  });
  const { type: _, ...described } = rest as { type?: unknown };
  return { ...described, anyOf: whole };
}

function toldWith(schema: { description?: unknown }, sentence: string | undefined): object {
  if (sentence === undefined) return schema;
  const { description } = schema;
  return {
    ...schema,
    description: typeof description === 'string' ? `${description}. ${sentence}` : sentence,
  };
}
