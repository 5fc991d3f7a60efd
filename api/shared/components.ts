import { isDeepStrictEqual } from 'node:util';
import type { TSchema } from 'typebox';
import { mediaTypeKey } from './route.js';

/** The named schemas of an OpenAPI document: whatever has an `$id` is written once and referred to. */
export function createComponents() {
  const schemas: Record<string, unknown> = {};

  function refer(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(refer);
    if (typeof value !== 'object' || value === null) return value;
    const { $id: id, ...schema } = value as { $id?: unknown };
    const copy = Object.fromEntries(
      Object.entries(schema)
        .filter(([key]) => key !== mediaTypeKey)
        .map(([key, item]) => [key, refer(item)]),
    );
    if (typeof id !== 'string') return copy;
    if (id in schemas && !isDeepStrictEqual(schemas[id], copy))
      throw new Error(`two different components are named ${id}`);
    schemas[id] = copy;
    return { $ref: `#/components/schemas/${id}` };
  }
  return { schemas, refer: (schema: TSchema) => refer(schema) as object };
}
