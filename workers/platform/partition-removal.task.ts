import type { Task } from '../../activities/platform/maintenance.activities.js';
import { platformAccountId } from '../../db/connection/database.js';
import { partitionStore } from '../../db/platform/partition.store.js';
import { createPartitionWalk } from '../maintenance/partition-walk.js';
import type { TaskParts } from '../shared/domain.js';

/** Drops the partitions past their storage time. */
export function openPartitionRemoval({ resources: { database } }: TaskParts): Task {
  const partitions = partitionStore(database.statements({ accountId: platformAccountId }));
  return createPartitionWalk(partitions.tables, partitions.dropOld);
}
