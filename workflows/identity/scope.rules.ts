import { accountRoles, type AccountRole } from './account.contract.js';
import { scopeRules, scopes, type Audience, type Scope } from './scope.contract.js';

/** Whether the scopes contain the scope; a writing scope includes the reading scope. */
export const coversScope = (granted: readonly Scope[], scope: Scope): boolean =>
  granted.includes(scope) ||
  (scope.endsWith('.read') && granted.includes(scope.replace(/read$/, 'write') as Scope));

/** Roles on an account and on resources of the account, as far as somebody has any. */
export interface AccountRights {
  role?: AccountRole | undefined;
  grants: readonly { resourceType: string; resourceId: string; role: AccountRole }[];
}

/** Rights in an audience: an account token states the holder's rights at issue. */
export interface AudienceRights {
  /** In the words of the audience. */
  role: string | null;
  /** `*` for all of the account. */
  buildingIds: readonly string[];
  scopes: readonly Scope[];
}

/** Kinds of resources with a use in the audience; elsewhere a role on a resource opens nothing. */
const resourceTypes: Readonly<Record<Audience, readonly string[]>> = {
  api: ['site', 'reservoir'],
  operations: [],
  building: ['building'],
  extraction: [],
  learning: [],
};
const buildingRoles: Readonly<Record<AccountRole, string>> = {
  OWNER: 'TENANT_ADMIN',
  ADMIN: 'TENANT_ADMIN',
  MANAGER: 'FM',
  OPERATOR: 'FM',
  MEMBER: 'OCCUPANT',
  VIEWER: 'VIEWER',
};
/** Roles on an account with access to all of the account's buildings. */
const rolesInAllBuildings: readonly AccountRole[] = ['OWNER', 'ADMIN', 'MANAGER', 'OPERATOR'];

/** Undefined for somebody without a role of use in the audience. */
export function rightsIn(
  audience: Audience,
  { role, grants }: AccountRights,
): AudienceRights | undefined {
  const useful = grants.filter(({ resourceType }) =>
    resourceTypes[audience].includes(resourceType),
  );
  const heldRoles = [role, ...useful.map((grant) => grant.role)];
  const leading = role ?? accountRoles.find((each) => heldRoles.includes(each));
  if (leading === undefined) return undefined;
  return {
    role: audience === 'building' ? buildingRoles[leading] : leading,
    buildingIds:
      role !== undefined && rolesInAllBuildings.includes(role)
        ? ['*']
        : grants
            .filter(({ resourceType }) => resourceType === 'building')
            .map(({ resourceId }) => resourceId),
    scopes: scopes.filter(
      (scope) =>
        isScopeOf(audience, scope) &&
        scopeRules[scope].roles.some((each) => heldRoles.includes(each)),
    ),
  };
}

/** Rights of a key: a key has scopes, and no role. */
export function keyRightsIn(
  audience: Audience,
  granted: readonly Scope[],
): AudienceRights | undefined {
  const useful = scopes.filter(
    (scope) => isScopeOf(audience, scope) && coversScope(granted, scope),
  );
  return useful.length > 0 ? { role: null, buildingIds: ['*'], scopes: useful } : undefined;
}

const isScopeOf = (audience: Audience, scope: Scope): boolean =>
  scopeRules[scope].audiences.some((each) => each === audience);

/** The scopes of a space-separated text, each once; the texts unknown as scopes apart. */
export function parseScopes(text: string): { named: Scope[]; unknown: string[] } {
  const names = [...new Set(text.split(' ').filter((name) => name !== ''))];
  const isScope = (name: string): name is Scope => Object.hasOwn(scopeRules, name);
  return { named: names.filter(isScope), unknown: names.filter((name) => !isScope(name)) };
}

/** The scopes outside every role on an account. */
export const missingScopes = (role: AccountRole, wanted: readonly Scope[]): Scope[] =>
  wanted.filter((scope) => !scopeRules[scope].roles.some((each) => each === role));
