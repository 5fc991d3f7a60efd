import type { UserStatus } from '../../workflows/identity/user.contract.js';
import { statement, type Reader } from '../shared/database.js';

export interface Credential {
  userId: string;
  /** Null while the user is pending. */
  principalId: string | null;
  passwordHash: string;
  status: UserStatus;
}

const credentialByUsername = statement(
  'credential.byUsername',
  `select u.user_id as "userId", u.principal_id as "principalId", u.password_hash as "passwordHash", u.status
   from identity.users u where u.email = $1::public.citext or u.phone_e164 = $1::text`,
);

export function createCredentialViews(read: Reader) {
  return {
    /** By e-mail address or phone number. */
    async byUsername(username: string): Promise<Credential | undefined> {
      const [row] = await read.inPlatform<Credential>(credentialByUsername, [username]);
      return row;
    },
  };
}

export type CredentialViews = ReturnType<typeof createCredentialViews>;
