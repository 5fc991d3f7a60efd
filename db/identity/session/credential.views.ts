import type { UserStatus } from '../../../workflows/identity/user.contract.js';
import { boolean, orNull, text, textOf, uuid, type Values } from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

const credential = {
  userId: uuid,
  /** Null for a user not active yet. */
  principalId: orNull(uuid),
  /** Null for a user without a password. */
  passwordHash: orNull(text),
  status: textOf<UserStatus>(),
  hasSecondFactor: boolean,
};
type Credential = Values<typeof credential>;

const credentialByUsername = query({
  name: 'credential.byUsername',
  parameters: { username: text },
  row: credential,
  text: `select u.user_id, u.principal_id, u.password_hash, u.status,
     exists (select 1 from identity.mfa_factors f
       where f.user_id = u.user_id and f.confirmed_at is not null) as has_second_factor
   from identity.users u
   where (u.email = :username::public.citext and u.email_verified_at is not null)
     or (u.phone_e164 = :username and u.phone_verified_at is not null)`,
});

/** In a scope of the platform. */
export const credentialViews = (scope: ReadScope) => ({
  /**
   * Finds by a proved e-mail address or phone number, in normal form; an unproved identifier signs
   * nobody in.
   */
  async byUsername(username: string): Promise<Credential | undefined> {
    const [row] = await scope.read(credentialByUsername, { username });
    return row;
  },
});
