import type { Recipient } from '../../../workflows/identity/user.contract.js';
import { bytes, orNull, text, uuid } from '../../connection/column.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import {
  identifierColumns,
  identifierParameters,
  identifiersOfRecipient,
} from '../user/identifier.records.js';
import { addPendingUser } from '../user/user.records.js';

const endOfAttempts = query({
  name: 'registration.end',
  parameters: identifierParameters,
  text: `delete from identity.registrations r
   where r.email = :email::public.citext or r.phone_e164 = :phoneE164`,
});

const otherAttempts = query({
  name: 'registration.ofUser',
  parameters: { userId: uuid },
  row: { email: orNull(text), phoneE164: orNull(text) },
  text: `select r.email::text, r.phone_e164 from identity.registrations r where r.user_id = :userId for update`,
});

const move = { userId: uuid, otherId: uuid };

const attemptMove = query({
  name: 'registration.move',
  parameters: move,
  text: 'update identity.registrations r set user_id = :otherId where r.user_id = :userId',
});

const codeMove = query({
  name: 'registration.moveCodes',
  parameters: { ...move, provedHash: orNull(bytes) },
  text: `update identity.tokens t set user_id = :otherId
   where t.user_id = :userId and t.used_at is null and t.revoked_at is null
     and t.identifier_hash is distinct from :provedHash`,
});

/**
 * Ends the attempts on a proved identifier. Other attempts under the user's id are not the user's,
 * and go on under another id, with their codes.
 */
export async function endRegistrations(
  scope: WriteScope,
  userId: string,
  recipient: Recipient,
  provedHash: Buffer | null = null,
): Promise<void> {
  await scope.run(endOfAttempts, identifierColumns(identifiersOfRecipient(recipient)));
  const [first] = await scope.run(otherAttempts, { userId });
  if (!first) return;
  const { email, phoneE164 } = first;
  const otherId = await addPendingUser(scope, {
    email: email ?? undefined,
    phoneE164: phoneE164 ?? undefined,
  });
  await scope.run(attemptMove, { userId, otherId });
  await scope.run(codeMove, { userId, otherId, provedHash });
}
