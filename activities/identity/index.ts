import type { Database } from '../../db/connection/database.js';
import { createOtpCodes } from '../../db/secrets/otp-codes.js';
import type { Senders } from '../shared/sender.js';
import { createInviteActivities } from './invite.activities.js';
import { createNoticeActivities } from './notice.activities.js';
import { createOtpActivities } from './otp.activities.js';

interface IdentityActivityParts {
  database: Database;
  /** Derives one-time codes; must equal the API's key. */
  otpKey: string;
  /** Derives the tokens of invites; must equal the API's key. */
  inviteKey: string;
  /** Address of the application's pages, for links in messages. */
  frontendUrl?: string | undefined;
  senders: Senders;
}

export function createIdentityActivities(parts: IdentityActivityParts) {
  const { database, otpKey, senders } = parts;
  const codes = createOtpCodes(otpKey);
  return {
    ...createOtpActivities({ database, codes, senders }),
    ...createNoticeActivities({ database, senders }),
    ...createInviteActivities(parts),
  };
}
