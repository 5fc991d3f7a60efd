import type { Channel } from './otp.contract.js';

export const userStatuses = ['PENDING_VERIFICATION', 'ACTIVE', 'LOCKED', 'DISABLED'] as const;
export type UserStatus = (typeof userStatuses)[number];

/** The identifiers of a user, at least one. */
export interface Identifiers {
  email?: string | undefined;
  phoneE164?: string | undefined;
}

/** An identifier of a user, and the channel to reach the user. */
export interface Recipient {
  channel: Channel;
  identifier: string;
}
