import type { Database, Query } from '../../db/connection/database.js';
import { failure } from '../../workflows/shared/failure.js';
import type { Role } from '../route/caller.js';
import type { Call, Layer } from '../route/route.js';
import { reachOf, type Reach } from './reach.js';

/**
 * Finds a resource of an account; each query is given by the resource's domain. A column named
 * after a kind (`siteId`) is the surrounding resource.
 */
type ResourceQuery = Query<{ accountId: string; id: string }, object>;
/** By the kind of the resource. */
export type ResourceQueries = Readonly<Record<string, ResourceQuery>>;

interface Owner extends Pick<Reach, 'accountId' | 'isMfaMissing'> {
  roles: readonly Role[];
  row: object;
}
type Owners = (
  query: ResourceQuery,
  candidates: readonly Reach[],
  resourceType: string,
  id: string,
) => Promise<Owner | undefined>;

/**
 * The owner of a resource, as far as the caller reaches. A signed context for each account, so that
 * row-level security decides; foreign and missing ids take the same path, as do ids outside of a
 * grant.
 */
export const createOwners =
  (database: Pick<Database, 'reads'>): Owners =>
  async (query, candidates, resourceType, id) => {
    for (const { accountId, isMfaMissing, rolesOn } of candidates) {
      const [row] = await database.reads({ accountId }).read(query, { accountId, id });
      const roles = row ? rolesOn(resourceType, id, row) : [];
      if (row && roles.length > 0) return { accountId, isMfaMissing, roles, row };
    }
    return undefined;
  };

/** Ids of a body lead out of no grant. Nothing is looked up for a role on the whole account. */
export const locateInBody =
  (owners: Owners, resources: ResourceQueries): Layer =>
  ({ access, bodyResources = {} }, next) => {
    const fields = Object.entries(bodyResources);
    if (access.kind !== 'resource' || fields.length === 0) return next;
    const { roles: allowed } = access;
    return async (call) => {
      const reach = reachOf(call.caller, call.accountId);
      const isOfAccount = reach.some(
        ({ accountRole }) => accountRole !== undefined && isAllowed([accountRole], allowed),
      );
      if (!isOfAccount)
        for (const [field, kind] of fields) await assertReached(call, reach, field, kind);
      return next(call);
    };

    async function assertReached(call: Call, reach: readonly Reach[], field: string, kind: string) {
      const id = (call.body as Record<string, unknown>)[field];
      const around = new Map(Object.entries(call.surroundings ?? {}));
      if (typeof id !== 'string' || around.get(`${kind}Id`) === id) return;
      const query = resources[kind];
      const owner = query && (await owners(query, reach, kind, id));
      if (!owner) throw failure('RESOURCE_NOT_FOUND', { resource: kind });
      assertRole(owner.roles, allowed);
    }
  };

export function assertRole(roles: readonly Role[], allowed: readonly Role[]): void {
  if (!isAllowed(roles, allowed)) throw failure('FORBIDDEN', { required_roles: allowed });
}
const isAllowed = (roles: readonly Role[], allowed: readonly Role[]): boolean =>
  allowed.length === 0 || roles.some((role) => allowed.includes(role));
