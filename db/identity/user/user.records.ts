import type { Identifiers } from '../../../workflows/identity/user.contract.js';
import type { WriteScope } from '../../connection/database.js';
import { newId } from '../../shared/id.js';
import { emitEvents } from '../../shared/outbox.js';
import { identifierColumns } from './identifier.records.js';
import { userRegistered } from './user.events.js';
import { User } from './user.model.js';

/**
 * Adds a pending user with nothing but an id: the later content is in the registrations. The
 * identifiers are for workers of the version before, to find a code's address; no other reader
 * trusts the identifiers.
 */
export async function addPendingUser(scope: WriteScope, identifiers: Identifiers): Promise<string> {
  const userId = newId();
  await User.query(scope.transaction).insert({
    userId,
    status: 'PENDING_VERIFICATION',
    ...identifierColumns(identifiers),
  });
  await emitEvents(scope, [
    userRegistered.of({ accountId: null, subjectId: userId, payload: { user_id: userId } }),
  ]);
  return userId;
}
