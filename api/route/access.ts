import type { CallerKind, Role } from './caller.js';

/**
 * Access rule of a route, as data: the mount enforces the rule, OpenAPI and the permission matrix
 * read the rule.
 */
export type Access =
  | { kind: 'anyone' }
  | { kind: 'signedIn'; callers: readonly CallerKind[] }
  | { kind: 'member'; roles: readonly Role[] }
  | { kind: 'resource'; resource: string; param: string; roles: readonly Role[] }
  | { kind: 'accountOf'; roles: readonly Role[] }
  | { kind: 'platformAdmin' }
  | { kind: 'platformStaff' }
  | { kind: 'developmentOnly' };

/** No sign-in. */
export const anyone = () => ({ kind: 'anyone' }) as const;
/** Any signed-in user. */
export const signedIn = () => ({ kind: 'signedIn', callers: ['SESSION'] }) as const;
/** Any bearer of the named kinds of credentials. */
export const callerOf = (...callers: readonly CallerKind[]) =>
  ({ kind: 'signedIn', callers }) as const;
/** A member of the path's `account_id` with any of the roles; without roles, any member. */
export const member = (...roles: Role[]) => ({ kind: 'member', roles }) as const;
/**
 * A member, with any of the roles, of the account owning the resource named by the path's `param`;
 * or a bearer of such a role on the resource, or on a surrounding resource.
 */
export const resource = (kind: string, param: string, ...roles: Role[]) =>
  ({ kind: 'resource', resource: kind, param, roles }) as const;
/**
 * A credential of a single account, for a path without `account_id`: the account is the
 * credential's. A session has none, and is refused.
 */
export const accountOf = (...roles: Role[]) => ({ kind: 'accountOf', roles }) as const;
export const platformAdmin = () => ({ kind: 'platformAdmin' }) as const;
/** Platform admins and support. */
export const platformStaff = () => ({ kind: 'platformStaff' }) as const;
/** Open to anyone, and not there at all in production. */
export const developmentOnly = () => ({ kind: 'developmentOnly' }) as const;

export const needsCaller = (access: Access): boolean =>
  access.kind !== 'anyone' && access.kind !== 'developmentOnly';

/** Whether the route is for the platform's own people. */
export const isForPlatform = ({ kind }: Access): boolean =>
  kind === 'platformAdmin' || kind === 'platformStaff';

/** Routes about an account, with roles in the account. */
export const isOfAccount = (
  access: Access,
): access is Extract<Access, { roles: readonly Role[] }> => 'roles' in access;
