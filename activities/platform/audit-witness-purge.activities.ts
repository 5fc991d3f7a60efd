import type { AuditWitnessStore } from '../../db/platform/audit-witness.store.js';
import type { AuditWitnessViews } from '../../db/platform/audit-witness.views.js';
import { databaseNow } from '../../db/shared/database-clock.js';
import type { ObjectStore } from '../shared/object-store.js';
import { createWitnessObjects } from '../shared/witness-objects.js';
import type { Task } from './maintenance.activities.js';

/** A week, for which the database lets nobody forget one, and an hour. What is older is left to the daily checkpoints. */
const keptMs = (7 * 24 + 1) * 3_600_000;

export interface WitnessPurgeParts {
  store: ObjectStore;
  witnesses: AuditWitnessStore;
  views: AuditWitnessViews;
  now?: () => Date;
}

/**
 * Takes away what is older than the newest whole witness that was kept for long enough, so that what is left begins with all
 * chains: the notes, then the objects, so that none is missed. A run that was cut off is finished by the next.
 */
export function createWitnessPurge({
  store,
  witnesses,
  views,
  now = () => new Date(databaseNow()),
}: WitnessPurgeParts): Task {
  const objects = createWitnessObjects(store);
  return async (progress) => {
    const limitMs = now().getTime() - keptMs;
    const old = (await views.notes()).filter((note) => note.is_whole && Date.parse(note.signed_at) < limitMs);
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
