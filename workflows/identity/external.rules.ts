import { failure } from '../shared/failure.js';
import { accountRoles, type AccountRole } from './account.contract.js';
import { scopeRules, scopes as allScopes, type Audience, type Scope } from './scope.contract.js';

/** Claims of a token of a trusted issuer, with a checked signature. */
interface ExternalClaims {
  aud?: string | string[] | undefined;
  scope?: unknown;
  role?: unknown;
  buildingIds?: unknown;
}

/** The limits of an external token, in the words of account tokens. */
interface ExternalReach {
  audience: Audience;
  scopes: readonly Scope[];
  /** The role in the token; null for a token with scopes alone. */
  role: string | null;
  /** The role on the account: the token's, or the least with all of the scopes. */
  accountRole: AccountRole;
  buildingIds: readonly string[];
}

/** Names of roles in buildings. */
const buildingRoles: Readonly<Record<string, AccountRole>> = {
  TENANT_ADMIN: 'ADMIN',
  FM: 'OPERATOR',
  OCCUPANT: 'MEMBER',
};
const maxBuildings = 1_000;

/**
 * The reach of a token for a trusted issuer's audiences. A scope reaches only as far as the role,
 * where the token has both. Throws FORBIDDEN for another audience and an unknown role.
 */
export function reachOfClaims(claims: ExternalClaims, audiences: readonly string[]): ExternalReach {
  const audience = audienceOf(claims.aud, audiences);
  const role = roleOf(claims.role);
  const named = scopesOf(claims.scope);
  const accountRole = role ?? leastRoleWith(named ?? []);
  const allowed = allScopes.filter((scope) => {
    const rule: { roles: readonly string[]; audiences: readonly string[] } = scopeRules[scope];
    return rule.audiences.includes(audience) && rule.roles.includes(accountRole);
  });
  const isByRole = named === undefined && role !== undefined;
  return {
    audience,
    scopes: isByRole ? allowed : allowed.filter((scope) => named?.includes(scope)),
    role: typeof claims.role === 'string' ? claims.role : null,
    accountRole,
    buildingIds: buildingsOf(claims.buildingIds, accountRole),
  };
}

/** No token of another issuer counts for the API at large. */
function audienceOf(aud: string | string[] | undefined, audiences: readonly string[]): Audience {
  const named = Array.isArray(aud) ? aud : [aud];
  const audience = audiences.find((each) => each !== 'api' && named.includes(each));
  if (audience === undefined) throw failure('FORBIDDEN', { reason: 'WRONG_AUDIENCE' });
  return audience as Audience;
}

function roleOf(role: unknown): AccountRole | undefined {
  if (role === undefined || role === null) return undefined;
  const accountRole =
    accountRoles.find((each) => each === role) ??
    (typeof role === 'string' && Object.hasOwn(buildingRoles, role)
      ? buildingRoles[role]
      : undefined);
  if (accountRole === undefined) throw failure('FORBIDDEN', { reason: 'UNKNOWN_ROLE' });
  return accountRole;
}

/** Scopes as a list, or as a text with spaces; words of the issuer's own are ignored. */
function scopesOf(scope: unknown): readonly string[] | undefined {
  if (typeof scope === 'string') return scope.split(' ');
  if (Array.isArray(scope)) return scope.filter((each) => typeof each === 'string');
  return undefined;
}

function leastRoleWith(scopes: readonly string[]): AccountRole {
  const ours = allScopes.filter((scope) => scopes.includes(scope));
  const roles = accountRoles.filter((role) =>
    ours.every((scope) => (scopeRules[scope].roles as readonly string[]).includes(role)),
  );
  return roles.at(-1) ?? 'VIEWER';
}

const seesAllBuildings: readonly AccountRole[] = ['OWNER', 'ADMIN', 'MANAGER', 'OPERATOR'];

function buildingsOf(ids: unknown, role: AccountRole): readonly string[] {
  if (!Array.isArray(ids)) return seesAllBuildings.includes(role) ? ['*'] : [];
  return ids.filter((id) => typeof id === 'string').slice(0, maxBuildings);
}
