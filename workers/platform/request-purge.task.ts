import type { Task } from '../../activities/platform/maintenance.activities.js';
import { purgeRequests } from '../../db/platform/request-purge.store.js';
import { untilNothingIsLeft } from '../maintenance/repetition.js';
import type { TaskParts } from '../shared/domain.js';

/** Deletes stored answers and commands past their time. */
export function openRequestPurge({ relay }: TaskParts): Task {
  return (progress) => untilNothingIsLeft(() => purgeRequests(relay), progress);
}
