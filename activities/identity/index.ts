import type { Database } from '../../db/connection/database.js';
import { createOtpCodes } from '../../db/secrets/otp-codes.js';
import type { Senders } from '../shared/sender.js';
import { createNoticeActivities } from './notice.activities.js';
import { createOtpActivities } from './otp.activities.js';

interface IdentityActivityParts {
  database: Database;
  /** Derives one-time codes; must equal the API's key. */
  otpKey: string;
  senders: Senders;
}

export function createIdentityActivities({ database, otpKey, senders }: IdentityActivityParts) {
  const codes = createOtpCodes(otpKey);
  return {
    ...createOtpActivities({ database, codes, senders }),
    ...createNoticeActivities({ database, senders }),
  };
}
