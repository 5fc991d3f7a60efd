import { exampleOf } from '../../../api/openapi/example.js';
import { mediaTypeOf, paramNames, type Route } from '../../../api/route/route.js';
import type { TSchema } from 'typebox';

export const nameOf = ({ method, path }: Route): string => `${method.toUpperCase()} ${path}`;

/** Ids that belong to nobody and are the same for everybody. */
const ofNobody: Readonly<Record<string, string>> = {
  plan_id: 'protect',
  event_type: 'ORDER_CREATED',
  file_name: 'manifest.json',
  provider: 'acme',
  upload_token: 'A'.repeat(43),
};

/**
 * The path with the given ids; an unknown id is a new kind of thing, and the author of the route
 * must decide.
 */
export function pathWith(route: Route, ids: Readonly<Record<string, string>>): string {
  return route.path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const id = ids[name] ?? ofNobody[name];
    if (id === undefined)
      throw new Error(
        `${nameOf(route)}: say in test/support/holdings/<domain>.holding.ts what a ${name} is`,
      );
    return id;
  });
}

/** The things named by a path, beside the account. */
export const resourceParams = ({ path }: Route): string[] =>
  paramNames(path).filter((name) => name !== 'account_id' && !(name in ofNobody));

/** A body that fits the route's schema, with the given values in fields of the same names. */
export function bodyWith({ body }: Route, values: Readonly<Record<string, unknown>>): unknown {
  if (!body) return undefined;
  const example = exampleOf(body);
  if (typeof example !== 'object' || example === null || Array.isArray(example)) return example;
  return Object.fromEntries(
    Object.entries(example).map(([name, value]) => [name, name in values ? values[name] : value]),
  );
}

/** The fields of an object, or of each of several. */
export function fieldsOf(schema: TSchema | undefined): Record<string, TSchema> {
  const { properties, anyOf } = (schema ?? {}) as {
    properties?: Record<string, TSchema>;
    anyOf?: TSchema[];
  };
  return properties ?? Object.assign({}, ...(anyOf ?? []).map(fieldsOf));
}

/** Whether the answer never ends by itself. */
export const isStream = ({ responses }: Route): boolean =>
  Object.values(responses).some(
    (schema) => schema !== null && mediaTypeOf(schema) === 'text/event-stream',
  );
