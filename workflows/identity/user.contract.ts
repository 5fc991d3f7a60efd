import type { Channel } from './otp.contract.js';

export const userStatuses = ['PENDING_VERIFICATION', 'ACTIVE', 'LOCKED', 'DISABLED'] as const;
export type UserStatus = (typeof userStatuses)[number];

/** What a user is known by; at least one of them is there. */
export interface Identifiers {
  email?: string | undefined;
  phoneE164?: string | undefined;
}

/** One of them, and the way to it. */
export interface Recipient {
  channel: Channel;
  identifier: string;
}

export type PlatformRole = 'PLATFORM_ADMIN' | 'SUPPORT';
