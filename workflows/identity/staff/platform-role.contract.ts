/** The platform's own roles, the higher first. */
export const platformRoles = ['PLATFORM_ADMIN', 'SUPPORT'] as const;
export type PlatformRole = (typeof platformRoles)[number];

const supportCapabilities = [
  'internal.read',
  'users.lock',
  'users.unlock',
  'users.end_sessions',
] as const;

/** What each role may do beyond the accounts of its bearer, for consoles. */
export const platformCapabilities: Readonly<Record<PlatformRole, readonly string[]>> = {
  PLATFORM_ADMIN: [
    ...supportCapabilities,
    'internal.write',
    'users.disable',
    'users.enable',
    'users.reset_mfa',
    'platform_roles.change',
    'members.change',
  ],
  SUPPORT: supportCapabilities,
};
