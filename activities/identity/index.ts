import { createOtpStore } from '../../db/identity/otp.store.js';
import type { Database } from '../../db/shared/database.js';
import type { Senders } from '../shared/sender.js';
import { createOtpActivities } from './otp.activities.js';

export interface IdentityActivityParts {
  database: Database;
  /** The key that one-time codes are derived under; the API's must be the same. */
  otpKey: string;
  senders: Senders;
}

export function createIdentityActivities({ database, otpKey, senders }: IdentityActivityParts) {
  const otps = createOtpStore({ database, otpKey });
  return { ...createOtpActivities({ otps, senders }) };
}
