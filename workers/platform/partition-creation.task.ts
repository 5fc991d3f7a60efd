import type { Task } from '../../activities/platform/maintenance.activities.js';
import { platformAccountId } from '../../db/connection/database.js';
import { partitionStore } from '../../db/platform/partition.store.js';
import { createPartitionWalk } from '../maintenance/partition-walk.js';
import type { TaskParts } from '../shared/domain.js';

/** Makes the partitions of the months to come. */
export function openPartitionCreation({ resources: { database } }: TaskParts): Task {
  const partitions = partitionStore(database.statements({ accountId: platformAccountId }));
  return createPartitionWalk(partitions.tables, partitions.make);
}
