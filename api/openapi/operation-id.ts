import type { Contract } from '../route/route.js';

/** A part of a path: a name, and whether an id follows, naming a single thing among several. */
interface Segment {
  name: string;
  hasId: boolean;
}

/** Last parts of a path naming an action; any other last part of a POST names a thing to create. */
const actions = new Set([
  'accept',
  'attach',
  'bootstrap',
  'cancel',
  'confirm',
  'detach',
  'dispute',
  'login',
  'logout',
  'mark',
  'quote',
  'redeliver',
  'redrive',
  'refresh',
  'register',
  'reject',
  'release',
  'request',
  'reset',
  'resolve',
  'rotate',
  'run',
  'skip',
  'test',
  'verify',
]);
/** Parts naming only a location. */
const places = new Set(['v1', 'auth', 'setup']);

/**
 * The name of a route in the OpenAPI document, used by generated clients as the method name: the
 * route's own, or a name made from the path, such as listSites, getSite, createSite, updateSite,
 * deleteSite, acceptOrder, confirmOrderDelivery.
 */
export const operationIdOf = (route: Contract): string => route.operationId ?? madeFrom(route);

function madeFrom({ method, path, responses }: Contract): string {
  const segments = segmentsOf(path);
  const last = segments.at(-1) ?? { name: 'root', hasId: false };
  const before = segments.slice(0, -1);
  const parents = before.map(({ name }) => singular(name));
  const one = camelCase(...parents, singular(last.name));
  if (method === 'patch') return `update${one}`;
  if (method === 'put') return `replace${one}`;
  if (method === 'delete') return `delete${one}`;
  if (method === 'get' && last.hasId) return `get${one}`;
  if (method === 'get')
    return `${isList(responses[200]) ? 'list' : 'get'}${camelCase(...parents, last.name)}`;
  const [action = '', ...rest] = last.name.split('-');
  if (last.hasId || !actions.has(action)) return `create${one}`;
  const nearest = before.at(-1);
  const owners =
    nearest === undefined || nearest.hasId ? parents : [...parents.slice(0, -1), nearest.name];
  return `${action}${camelCase(...owners, ...rest)}`;
}

function segmentsOf(path: string): Segment[] {
  const parts = path.split('/').filter((part) => part !== '' && !places.has(part));
  const segments = parts.flatMap((name, index) =>
    name.startsWith(':') ? [] : [{ name, hasId: parts[index + 1]?.startsWith(':') ?? false }],
  );
  const [first, ...others] = segments;
  // An operation's name leaves out the account owning the thing.
  if (first?.name === 'accounts' && first.hasId && others.length > 0) return others;
  return first?.name === 'internal' ? [{ ...first, name: 'platform' }, ...others] : segments;
}

const isList = (schema: unknown): boolean =>
  'items' in (Object((Object(schema) as { properties?: object }).properties) as object);

function singular(name: string): string {
  if (name.endsWith('ies')) return `${name.slice(0, -3)}y`;
  return /[^su]s$/.test(name) ? name.slice(0, -1) : name;
}

const camelCase = (...names: readonly string[]): string =>
  names
    .flatMap((name) => name.split(/[^A-Za-z0-9]+/))
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
