import type { Task } from '../../activities/platform/maintenance.activities.js';
import { platformAccountId } from '../../db/connection/database.js';
import { mailboxStore } from '../../db/notifications/mailbox.store.js';
import { untilNothingIsLeft } from '../maintenance/repetition.js';
import type { TaskParts } from '../shared/domain.js';

/** Deletes old messages of the development mailbox. */
export function openMailboxPurge({ resources: { database } }: TaskParts): Task {
  const mailbox = mailboxStore(database.statements({ accountId: platformAccountId }));
  return (progress) => untilNothingIsLeft(mailbox.purge, progress);
}
