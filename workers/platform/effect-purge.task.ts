import type { Task } from '../../activities/platform/maintenance.activities.js';
import { effectStore } from '../../db/platform/effect.store.js';
import { untilNothingIsLeft } from '../maintenance/repetition.js';
import type { TaskParts } from '../shared/domain.js';

/** Deletes the keys of steps without a possible repeat. */
export function openEffectPurge({ relay }: TaskParts): Task {
  const effects = effectStore(relay);
  return (progress) => untilNothingIsLeft(effects.purge, progress);
}
