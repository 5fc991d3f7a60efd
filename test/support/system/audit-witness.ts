import { createLocalObjectStore } from '../../../activities/shared/local-object-store.js';
import type { Config } from '../../../config.js';
import type { Database } from '../../../db/connection/database.js';
import { openAuditKeys } from '../../../workers/audit/audit-keys.js';
import { createWitnessTask } from '../../../workers/platform/audit-witness.task.js';

/** Signs the audit log's first witness into a folder, as workers do within a minute. */
export const signFirstWitness = (database: Database, config: Config, dir: string): Promise<void> =>
  createWitnessTask({
    store: createLocalObjectStore({ dir }),
    database,
    keys: openAuditKeys({ config, database }),
    policy: { everyMs: 1, everyEntries: 1 },
  })(() => undefined);
