import { Type } from 'typebox';
import { permissions, policy } from '../../../workflows/identity/policy.contract.js';
import { audiences, scopeRules, scopes } from '../../../workflows/identity/scope.contract.js';
import { isForPlatform, isOfAccount } from '../../route/access.js';
import { roles } from '../../route/caller.js';
import { anyone, route, type Route } from '../../route/route.js';
import { closedObject, nullable, status } from '../../route/schema.js';

const platformRoles = ['PLATFORM_ADMIN', 'SUPPORT'] as const;
const permission = closedObject({
  method: status('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
  path: Type.String(),
  summary: Type.String(),
  scope: nullable(status(...scopes)),
  roles: Type.Array(status(...roles), { description: 'Any of them is enough' }),
});
const publishedPolicy = closedObject({
  roles: Type.Array(status(...roles)),
  platform_roles: Type.Array(status(...platformRoles)),
  scopes: Type.Array(
    closedObject({
      scope: status(...scopes),
      roles: Type.Array(status(...roles), { description: 'The scope goes to no other role' }),
      audiences: Type.Array(status(...audiences)),
    }),
  ),
  policy: Type.Array(
    closedObject({ permission: status(...permissions), roles: Type.Array(status(...roles)) }),
  ),
  permissions: Type.Array(permission),
  platform_permissions: Type.Array(
    closedObject({
      method: permission.properties.method,
      path: Type.String(),
      summary: Type.String(),
      platform_roles: Type.Array(status(...platformRoles)),
    }),
  ),
});

/** The enforced policy, read from the routes and so never different. */
export function createRoleRoutes({ listRoutes }: { listRoutes: () => readonly Route[] }): Route[] {
  const listRoles = route({
    method: 'get',
    path: '/v1/roles',
    summary: 'Which role may do what',
    tag: 'Identity',
    access: anyone(),
    responses: { 200: publishedPolicy },
  }).handledBy(async () => {
    const all = listRoutes();
    return {
      status: 200,
      body: {
        roles: [...roles],
        platform_roles: [...platformRoles],
        scopes: scopes.map((scope) => ({
          scope,
          roles: [...scopeRules[scope].roles],
          audiences: [...scopeRules[scope].audiences],
        })),
        policy: permissions.map((each) => ({ permission: each, roles: [...policy[each]] })),
        permissions: all.flatMap(({ access, ...named }) => {
          if (!isOfAccount(access)) return [];
          return [
            {
              ...nameOf(named),
              scope: named.scope ?? null,
              roles: access.roles.length > 0 ? [...access.roles] : [...roles],
            },
          ];
        }),
        platform_permissions: all
          .filter(({ access }) => isForPlatform(access))
          .map((each) => ({ ...nameOf(each), platform_roles: platformRolesOf(each) })),
      },
    };
  });

  return [listRoles];
}

const platformRolesOf = ({ access }: Route) =>
  access.kind === 'platformStaff' ? [...platformRoles] : ['PLATFORM_ADMIN' as const];
type UpperMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
const nameOf = ({ method, path, summary }: Pick<Route, 'method' | 'path' | 'summary'>) => ({
  method: method.toUpperCase() as UpperMethod,
  path,
  summary,
});
