export const accountRoles = ['OWNER', 'ADMIN', 'MANAGER', 'OPERATOR', 'MEMBER', 'VIEWER'] as const;
export type AccountRole = (typeof accountRoles)[number];

export type AccountKind = 'PERSONAL' | 'ORGANIZATION';

/** Kinds of resources with roles of their own. */
export const grantedResources = ['site', 'reservoir', 'building'] as const;
export type GrantedResource = (typeof grantedResources)[number];
