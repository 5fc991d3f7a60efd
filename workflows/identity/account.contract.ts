export const accountRoles = ['OWNER', 'ADMIN', 'MANAGER', 'OPERATOR', 'MEMBER', 'VIEWER'] as const;
export type AccountRole = (typeof accountRoles)[number];

export type AccountKind = 'PERSONAL' | 'ORGANIZATION';
