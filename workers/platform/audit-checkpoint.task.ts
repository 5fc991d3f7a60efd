import { platformAccountId, type Database } from '../../db/connection/database.js';
import { auditCheckpointStore } from '../../db/platform/audit/audit-checkpoint.store.js';
import { auditCheckpointViews } from '../../db/platform/audit/audit-checkpoint.views.js';
import type { AuditKeyRecords } from '../../db/platform/audit/audit-key.records.js';
import type { ObjectStore } from '../../activities/shared/object-store.js';
import type { Task } from '../../activities/platform/maintenance.activities.js';
import { openAuditKeys } from '../audit/audit-keys.js';
import { createCheckpointCopies } from '../audit/checkpoint-copies.js';
import { openObjectStore } from '../process/object-store.js';
import type { TaskParts } from '../shared/domain.js';

const pageSize = 200;
const platform = { accountId: platformAccountId };

interface CheckpointParts {
  database: Pick<Database, 'reads' | 'transaction'>;
  keys: AuditKeyRecords;
  store: ObjectStore;
}

/** The task over the configured store. */
export function openCheckpointTask({ resources }: TaskParts): Task {
  const { config, database } = resources;
  return createCheckpointTask({
    database,
    keys: openAuditKeys(resources),
    store: openObjectStore(config),
  });
}

/**
 * Signs each whole day without a checkpoint, then copies new checkpoints to the object store. A run
 * cut off in between is finished by the next. The task fails, and so is reported by the watchdog,
 * when the copies hold more than the database or something else: then somebody removed or rewrote
 * checkpoints.
 */
export function createCheckpointTask({ database, keys, store }: CheckpointParts): Task {
  const views = auditCheckpointViews(database.reads(platform));
  const copies = createCheckpointCopies(store);
  async function signNext(): Promise<boolean> {
    const key = await keys.loadOrCreate();
    const signed = await database.transaction(platform, (scope) =>
      auditCheckpointStore(scope, key).signNext(),
    );
    return signed !== undefined;
  }
  return async (progress) => {
    for (let days = 1; await signNext(); days += 1) progress(days);
    const newest = await copies.newest();
    // The newest copy is compared once more, to detect a database set back in time.
    let after = Math.max(newest - 1, 0);
    for (;;) {
      const page = await views.page(after, pageSize);
      for (const checkpoint of page) await copies.keep(checkpoint);
      const last = page.at(-1)?.number ?? after;
      if (last < newest)
        throw new Error(`checkpoint ${newest} was copied, and the database does not have it`);
      if (page.length < pageSize) return;
      after = last;
      progress(after);
    }
  };
}
