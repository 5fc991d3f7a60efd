import type { Task } from '../../activities/platform/maintenance.activities.js';
import { platformAccountId } from '../../db/connection/database.js';
import { sessionStore } from '../../db/identity/session/session.store.js';
import { untilNothingIsLeft } from '../maintenance/repetition.js';
import type { TaskParts } from '../shared/domain.js';

/** Deletes sessions that ended long ago, and programs not seen for as long as they are remembered. */
export function openSessionPurge({ resources: { database } }: TaskParts): Task {
  const sessions = sessionStore(database.statements({ accountId: platformAccountId }));
  return (progress) => untilNothingIsLeft(sessions.purge, progress);
}
