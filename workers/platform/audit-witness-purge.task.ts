import { platformAccountId, type Database } from '../../db/connection/database.js';
import { auditWitnessStore } from '../../db/platform/audit/audit-witness.store.js';
import { auditWitnessViews } from '../../db/platform/audit/audit-witness.views.js';
import { databaseNow } from '../../db/connection/database-clock.js';
import type { ObjectStore } from '../../activities/shared/object-store.js';
import { createWitnessObjects } from '../../activities/shared/witness-objects.js';
import type { Task } from '../../activities/platform/maintenance.activities.js';
import { openObjectStore } from '../process/object-store.js';
import type { TaskParts } from '../shared/domain.js';

/**
 * A week, for which the database refuses to delete a note, and an hour. Older entries are left to
 * the daily checkpoints.
 */
const keptMs = (7 * 24 + 1) * 3_600_000;

interface WitnessPurgeParts {
  store: ObjectStore;
  database: Pick<Database, 'reads' | 'statements'>;
  now?: () => Date;
}

/** The purge of the configured store. */
export function openWitnessPurge({ resources: { config, database } }: TaskParts): Task {
  return createWitnessPurge({
    store: openObjectStore(config),
    database,
  });
}

/**
 * Removes everything older than the newest whole witness past the storage time, so the rest begins
 * with all chains: first the notes, then the objects, so no noted witness is missing. A run cut off
 * is finished by the next.
 */
export function createWitnessPurge({
  store,
  database,
  now = () => new Date(databaseNow()),
}: WitnessPurgeParts): Task {
  const platform = { accountId: platformAccountId };
  const witnesses = auditWitnessStore(database.statements(platform));
  const views = auditWitnessViews(database.reads(platform));
  const objects = createWitnessObjects(store);
  return async (progress) => {
    const limitMs = now().getTime() - keptMs;
    const old = (await views.notes()).filter(
      (note) => note.is_whole && Date.parse(note.signed_at) < limitMs,
    );
    const first = old.at(-1)?.number;
    if (first === undefined) return;
    await witnesses.forget(first);
    for await (const name of objects.list()) {
      if (name.number >= first) return;
      await objects.forget(name);
      progress(name.number);
    }
  };
}
