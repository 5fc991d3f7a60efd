import type { Task } from '../../activities/platform/maintenance.activities.js';
import { purgeDeliveries } from '../../db/platform/delivery/delivery-purge.store.js';
import { untilNothingIsLeft } from '../maintenance/repetition.js';
import type { TaskParts } from '../shared/domain.js';

/** Deletes old deliveries, both made and left out. */
export function openDeliveryPurge({ relay }: TaskParts): Task {
  return (progress) => untilNothingIsLeft(() => purgeDeliveries(relay), progress);
}
