import type { Identifiers } from '../../workflows/identity/user.contract.js';
import type { Transaction } from '../shared/database.js';
import { newId } from '../shared/id.js';
import { emitEvents } from '../shared/outbox.js';
import { userRegistered } from './user.events.js';
import { User } from './user.model.js';

/**
 * A pending user, who has nothing yet but an id: what it will be is in its registrations. The identifiers are for workers of
 * the version before, which look there for where a code goes; nothing else believes them.
 */
export async function addPendingUser(trx: Transaction, { email, phoneE164 }: Identifiers): Promise<string> {
  const userId = newId();
  await User.query(trx).insert({
    userId,
    status: 'PENDING_VERIFICATION',
    email: email ?? null,
    phoneE164: phoneE164 ?? null,
  });
  await emitEvents(trx, [userRegistered.of({ accountId: null, subjectId: userId, payload: { user_id: userId } })]);
  return userId;
}
