import { Type } from 'typebox';
import { roles } from '../shared/caller.js';
import { anyone, route, type Route } from '../shared/route.js';
import { object, status } from '../shared/schema.js';

const permission = object({
  method: status('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
  path: Type.String(),
  summary: Type.String(),
  roles: Type.Array(status(...roles), { description: 'Any of them is enough' }),
});
const policy = object({
  roles: Type.Array(status(...roles)),
  platform_roles: Type.Array(status('PLATFORM_ADMIN')),
  permissions: Type.Array(permission),
  platform_permissions: Type.Array(
    object({ method: permission.properties.method, path: Type.String(), summary: Type.String() }),
  ),
});

/** The policy as it is enforced: read back from the routes, so it cannot say anything else than they do. */
export function createRoleRoutes({ listRoutes }: { listRoutes: () => readonly Route[] }): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/roles',
      summary: 'Which role may do what',
      tag: 'Identity',
      access: anyone(),
      responses: { 200: policy },
    }).handledBy(async () => {
      const all = listRoutes();
      return {
        status: 200,
        body: {
          roles: [...roles],
          platform_roles: ['PLATFORM_ADMIN'],
          permissions: all.flatMap(({ access, ...named }) => {
            if (access.kind !== 'member' && access.kind !== 'resource') return [];
            return [{ ...nameOf(named), roles: access.roles.length > 0 ? [...access.roles] : [...roles] }];
          }),
          platform_permissions: all.filter(({ access }) => access.kind === 'platformAdmin').map(nameOf),
        },
      };
    }),
  ];
}

type UpperMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
const nameOf = ({ method, path, summary }: Pick<Route, 'method' | 'path' | 'summary'>) => ({
  method: method.toUpperCase() as UpperMethod,
  path,
  summary,
});
