import type { Database } from '../../db/connection/database.js';
import { coversScope } from '../../workflows/identity/scope.rules.js';
import { failure } from '../../workflows/shared/failure.js';
import { needsCaller } from '../route/access.js';
import type { Authenticator, Caller, Role } from '../route/caller.js';
import { audienceOf, type Contract, type Layer } from '../route/route.js';
import { assertRole, createOwners, locateInBody, type ResourceQueries } from './owner.js';
import { reachOf } from './reach.js';

export interface GuardParts {
  authenticator: Authenticator;
  database: Pick<Database, 'reads'>;
  resources: ResourceQueries;
}

/** The layers of access: caller, permission, and owner of the resource. */
export function createGuard({ authenticator, database, resources }: GuardParts) {
  const owners = createOwners(database);
  const authenticate: Layer = ({ access }, next) =>
    needsCaller(access)
      ? (call) => {
          const goOn = (caller: Caller) => {
            call.caller = caller;
            return next(call);
          };
          const caller = callerOf(authenticator, call);
          return caller instanceof Promise ? caller.then(goOn) : goOn(caller);
        }
      : next;

  const admit: Layer = (route, next) => {
    if (!needsCaller(route.access)) return next;
    const accountFor = admissionOf(route);
    return (call) => {
      if (!call.caller) throw failure('UNAUTHENTICATED');
      assertInBounds(route, call.caller);
      call.accountId = accountFor(call.caller, call.params['account_id']);
      return next(call);
    };
  };

  const locate: Layer = ({ access, path }, next) => {
    if (access.kind !== 'resource') return next;
    const query = resources[access.resource];
    if (!query) throw new Error(`${path}: no query finds a ${access.resource}`);
    return async (call) => {
      const id = call.params[access.param] ?? '';
      const candidates = reachOf(call.caller, call.ctx.req.headers['x-account-id']);
      const owner = await owners(query, candidates, access.resource, id);
      if (!owner) throw failure('RESOURCE_NOT_FOUND');
      if (owner.isMfaMissing) throw failure('MFA_REQUIRED_BY_ACCOUNT');
      assertRole(owner.roles, access.roles);
      call.accountId = owner.accountId;
      call.surroundings = owner.row;
      return next(call);
    };
  };

  return { authenticate, admit, locate, locateInBody: locateInBody(owners, resources) };
}

/** The account of the request, where access alone says the account; throws for other callers. */
function admissionOf({
  access,
}: Contract): (caller: Caller, accountId: string | undefined) => string | undefined {
  switch (access.kind) {
    case 'platformAdmin':
      return ({ isPlatformAdmin }) => {
        if (!isPlatformAdmin) throw failure('FORBIDDEN', adminRequired);
        return undefined;
      };
    case 'platformStaff':
      return ({ isPlatformAdmin, isSupport }) => {
        if (!isPlatformAdmin && !isSupport) throw failure('FORBIDDEN', adminRequired);
        return undefined;
      };
    case 'member':
      return (caller, accountId) => memberAccount(caller, accountId, access.roles);
    case 'accountOf':
      return (caller) => {
        if (!caller.bounds) throw failure('FORBIDDEN', { reason: 'ACCOUNT_TOKEN_REQUIRED' });
        return memberAccount(caller, caller.bounds.accountId, access.roles);
      };
    default:
      return () => undefined;
  }
}

const adminRequired = { reason: 'ADMIN_REQUIRED' };

function memberAccount(
  { memberships, bounds }: Caller,
  wanted: string | undefined,
  allowed: readonly Role[],
): string {
  const isInBounds = bounds === undefined || bounds.accountId === wanted;
  const membership = isInBounds && memberships.find(({ accountId }) => accountId === wanted);
  // The same answer whether the account exists or not.
  if (!membership) throw failure('FORBIDDEN');
  if (membership.isMfaMissing) throw failure('MFA_REQUIRED_BY_ACCOUNT');
  assertRole([membership.role], allowed);
  return membership.accountId;
}

/** A credential reaches the routes of its audience, by its scopes; a session reaches all. */
function assertInBounds(route: Contract, { kind, bounds }: Caller): void {
  const { access, scope } = route;
  if (access.kind === 'signedIn') {
    if (access.callers.includes(kind)) return;
    throw failure('FORBIDDEN', { reason: 'SESSION_REQUIRED' });
  }
  if (!bounds) return;
  if (scope === undefined) throw failure('FORBIDDEN', { reason: 'SESSION_REQUIRED' });
  if (bounds.audience !== null && bounds.audience !== audienceOf(route))
    throw failure('FORBIDDEN', { reason: 'ACCOUNT_TOKEN_REQUIRED', audience: audienceOf(route) });
  if (!coversScope(bounds.scopes, scope)) throw failure('FORBIDDEN', { missing_scopes: [scope] });
}

export function bearerToken(authorization: string): string {
  const [, token] = /^Bearer ([\w.~+/=-]{1,8192})$/i.exec(authorization) ?? [];
  if (token === undefined) throw failure('UNAUTHENTICATED');
  return token;
}

/** A request's headers. */
interface Credentials {
  header(name: string): string;
}

/** By a bearer token or by an API key: whoever shows both may mean either. */
export function callerOf(
  authenticator: Authenticator,
  { header }: Credentials,
): Promise<Caller> | Caller {
  const [authorization, apiKey] = [header('Authorization'), header('X-API-Key')];
  if (apiKey === '') return authenticator.authenticate(bearerToken(authorization));
  if (authorization !== '') throw failure('AMBIGUOUS_CREDENTIALS');
  if (!authenticator.authenticateKey) throw failure('UNAUTHENTICATED');
  return authenticator.authenticateKey(apiKey);
}
