import type { Progress } from '../../activities/platform/maintenance.activities.js';

/** Repeats a step until the step answers 0. */
export async function untilNothingIsLeft(
  step: () => Promise<number>,
  progress: Progress,
): Promise<void> {
  for (let count = await step(), total = count; count > 0; count = await step(), total += count)
    progress(total);
}
