import type { UserStatus } from '../../workflows/identity/user.contract.js';
import { statement, type Reader } from '../shared/database.js';

export interface Credential {
  userId: string;
  principalId: string;
  /** Null for a user who has yet to set one. */
  passwordHash: string | null;
  status: UserStatus;
}

const credentialByUsername = statement(
  'credential.byUsername',
  `select u.user_id as "userId", u.principal_id as "principalId", u.password_hash as "passwordHash", u.status
   from identity.users u
   where (u.email = $1::public.citext and u.email_verified_at is not null)
     or (u.phone_e164 = $1::text and u.phone_verified_at is not null)`,
);

export function createCredentialViews(read: Reader) {
  return {
    /** By an e-mail address or phone number that was proved, in its normal form; nobody signs in by another. */
    async byUsername(username: string): Promise<Credential | undefined> {
      const [row] = await read.inPlatform<Credential>(credentialByUsername, [username]);
      return row;
    },
  };
}

export type CredentialViews = ReturnType<typeof createCredentialViews>;
