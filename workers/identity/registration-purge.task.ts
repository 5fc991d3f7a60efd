import type { Task } from '../../activities/platform/maintenance.activities.js';
import { platformAccountId } from '../../db/connection/database.js';
import { registrationStore } from '../../db/identity/registration/registration.store.js';
import { ssoFlowRecords } from '../../db/identity/sso/sso-flow.records.js';
import { untilNothingIsLeft } from '../maintenance/repetition.js';
import type { TaskParts } from '../shared/domain.js';

/** Deletes ended registrations, old counts of sign-ins, and old sign-ins at providers. */
export function openRegistrationPurge({ resources: { database } }: TaskParts): Task {
  const scope = database.statements({ accountId: platformAccountId });
  const registrations = registrationStore(scope);
  const flows = ssoFlowRecords(scope);
  const purge = async () => (await registrations.purge()) + (await flows.purge());
  return (progress) => untilNothingIsLeft(purge, progress);
}
