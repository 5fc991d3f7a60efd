import type { Reader, Statement } from '../../db/shared/database.js';
import { failure } from '../../workflows/shared/failure.js';
import { needsCaller } from './access.js';
import type { Authenticator, Caller, Membership, Role } from './caller.js';
import type { Layer } from './route.js';

/** Kind of resource → `select 1 … where account_id = $1 and id = $2`, given by the domain that has it. */
export type ResourceStatements = Readonly<Record<string, Statement>>;

export interface GuardParts {
  authenticator: Authenticator;
  read: Reader;
  resources: ResourceStatements;
}

/** The decisions of access: who asks, whether they may, and whose the resource is. */
export function createGuard({ authenticator, read, resources }: GuardParts) {
  const authenticate: Layer = ({ access }, next) =>
    needsCaller(access)
      ? (call) => {
          const goOn = (caller: Caller) => {
            call.caller = caller;
            return next(call);
          };
          const caller = authenticator.authenticate(bearerToken(call.header('Authorization')));
          return caller instanceof Promise ? caller.then(goOn) : goOn(caller);
        }
      : next;

  const admit: Layer = ({ access }, next) => {
    switch (access.kind) {
      case 'platformAdmin':
        return (call) => {
          if (!call.caller?.isPlatformAdmin) throw failure('FORBIDDEN');
          return next(call);
        };
      case 'member':
        return (call) => {
          const membership = call.caller?.memberships.find(({ accountId }) => accountId === call.params['account_id']);
          // The same answer whether the account exists or not.
          if (!membership) throw failure('FORBIDDEN');
          assertRole(membership, access.roles);
          call.accountId = membership.accountId;
          return next(call);
        };
      default:
        return next;
    }
  };

  const locate: Layer = ({ access, path }, next) => {
    if (access.kind !== 'resource') return next;
    const statement = resources[access.resource];
    if (!statement) throw new Error(`${path}: no statement locates a ${access.resource}`);
    return async (call) => {
      const candidates = candidatesOf(call.caller, call.ctx.req.headers['x-account-id']);
      const owner = await ownerOf(statement, candidates, call.params[access.param] ?? '');
      if (!owner) throw failure('RESOURCE_NOT_FOUND');
      assertRole(owner, access.roles);
      call.accountId = owner.accountId;
      return next(call);
    };
  };

  /** One signed context an account, so that row-level security answers; foreign and missing ids take the same path. */
  async function ownerOf(statement: Statement, candidates: readonly Membership[], id: string) {
    for (const candidate of candidates) {
      const found = await read.inAccount(candidate.accountId, statement, [candidate.accountId, id]);
      if (found.length > 0) return candidate;
    }
    return undefined;
  }
  return { authenticate, admit, locate };
}

/** The header may only choose among memberships. */
function candidatesOf(caller: Caller | undefined, chosen: string | string[] | undefined): readonly Membership[] {
  const memberships = caller?.memberships ?? [];
  if (chosen === undefined) return memberships;
  const candidates = memberships.filter(({ accountId }) => accountId === chosen);
  if (candidates.length === 0) throw failure('FORBIDDEN');
  return candidates;
}

function assertRole({ role }: Membership, allowed: readonly Role[]): void {
  if (allowed.length > 0 && !allowed.includes(role)) throw failure('FORBIDDEN', { required_roles: allowed });
}

export function bearerToken(authorization: string): string {
  const [, token] = /^Bearer ([\w.~+/=-]{1,8192})$/i.exec(authorization) ?? [];
  if (token === undefined) throw failure('UNAUTHENTICATED');
  return token;
}
