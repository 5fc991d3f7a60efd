import { exampleOf } from '../../api/shared/example.js';
import { mediaTypeOf, paramNames, type Route } from '../../api/shared/route.js';
import type { TSchema } from 'typebox';

export const nameOf = ({ method, path }: Route): string => `${method.toUpperCase()} ${path}`;

/** What belongs to nobody and is the same for everybody. */
const ofNobody: Readonly<Record<string, string>> = {
  plan_id: 'protect',
  event_type: 'ORDER_CREATED',
  file_name: 'manifest.json',
};

/** The path with the given ids in it; one that nobody knows is a new kind of thing, and a question to whoever adds it. */
export function pathWith(route: Route, ids: Readonly<Record<string, string>>): string {
  return route.path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const id = ids[name] ?? ofNobody[name];
    if (id === undefined) throw new Error(`${nameOf(route)}: say in test/support/holdings.ts what a ${name} is`);
    return id;
  });
}

/** The things that a path names, beside the account. */
export const resourceParams = ({ path }: Route): string[] =>
  paramNames(path).filter((name) => name !== 'account_id' && !(name in ofNobody));

/** A body that fits the route's schema, with the given values where it has fields of these names. */
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
  const { properties, anyOf } = (schema ?? {}) as { properties?: Record<string, TSchema>; anyOf?: TSchema[] };
  return properties ?? Object.assign({}, ...(anyOf ?? []).map(fieldsOf));
}

/** Whether its answer never ends by itself. */
export const isStream = ({ responses }: Route): boolean =>
  Object.values(responses).some((schema) => schema !== null && mediaTypeOf(schema) === 'text/event-stream');
