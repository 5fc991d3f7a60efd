import type { Role } from './caller.js';

/** Who may call a route, as data: the mount enforces it, OpenAPI and the permission matrix read it. */
export type Access =
  | { kind: 'anyone' }
  | { kind: 'signedIn' }
  | { kind: 'member'; roles: readonly Role[] }
  | { kind: 'resource'; resource: string; param: string; roles: readonly Role[] }
  | { kind: 'platformAdmin' }
  | { kind: 'developmentOnly' };

/** No sign-in. */
export const anyone = () => ({ kind: 'anyone' }) as const;
/** Any signed-in user. */
export const signedIn = () => ({ kind: 'signedIn' }) as const;
/** A member of the path's `account_id` with one of the roles; without roles, any member. */
export const member = (...roles: Role[]) => ({ kind: 'member', roles }) as const;
/** A member, with one of the roles, of the account that owns the resource the path's `param` names. */
export const resource = (kind: string, param: string, ...roles: Role[]) =>
  ({ kind: 'resource', resource: kind, param, roles }) as const;
export const platformAdmin = () => ({ kind: 'platformAdmin' }) as const;
/** Open to anyone, and not there at all in production. */
export const developmentOnly = () => ({ kind: 'developmentOnly' }) as const;

export const needsCaller = (access: Access): boolean => access.kind !== 'anyone' && access.kind !== 'developmentOnly';
