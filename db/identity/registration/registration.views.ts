import type { Identifiers } from '../../../workflows/identity/user.contract.js';
import { bytes, orNull, text, uuid, type Values } from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { identifierColumns, identifierParameters } from '../user/identifier.records.js';

/** An attempt to become a user. */
export const registration = {
  registrationId: uuid,
  userId: uuid,
  email: orNull(text),
  phoneE164: orNull(text),
  passwordHash: text,
  preferredLanguage: text,
  tokenHash: bytes,
  /** The invite that the verified person joins by. */
  inviteId: orNull(uuid),
};
export type Registration = Values<typeof registration>;

/** Attempts not ended on any of the identifiers; newest first. */
export const liveRegistrations = `select r.registration_id, r.user_id, r.email::text, r.phone_e164, r.password_hash,
     r.preferred_language, r.token_hash, r.invite_id
   from identity.registrations r
   where r.expires_at > now() and (r.email = :email::public.citext or r.phone_e164 = :phoneE164)
   order by r.created_at desc, r.registration_id desc`;

const registrationsByIdentifier = query({
  name: 'registration.byIdentifier',
  parameters: identifierParameters,
  row: registration,
  text: liveRegistrations,
});

/** In a scope of the platform. */
export const registrationViews = (scope: ReadScope) => ({
  /** Attempts not ended on any of the identifiers; newest first. */
  live: (identifiers: Identifiers): Promise<Registration[]> =>
    scope.read(registrationsByIdentifier, identifierColumns(identifiers)),
});
