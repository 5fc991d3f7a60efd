export const userStatuses = ['PENDING_VERIFICATION', 'ACTIVE', 'LOCKED', 'DISABLED'] as const;
export type UserStatus = (typeof userStatuses)[number];

/** What a user is known by; at least one of them is there. */
export interface Identifiers {
  email?: string | undefined;
  phoneE164?: string | undefined;
}

export type PlatformRole = 'PLATFORM_ADMIN' | 'SUPPORT';
