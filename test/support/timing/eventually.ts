import { setTimeout as sleep } from 'node:timers/promises';

/** Pauses grow: polling takes time from the very work under watch. */
const firstPauseMs = 10;
const growth = 1.25;
const longestPauseMs = 150;

/**
 * Repeats an assertion until the assertion holds; after `timeoutMs` the last failure is the test's.
 */
export async function eventually<T>(
  assertion: () => T | Promise<T>,
  timeoutMs = 30_000,
): Promise<T> {
  const until = Date.now() + timeoutMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * growth, longestPauseMs)) {
    try {
      return await assertion();
    } catch (error) {
      if (Date.now() > until) throw error;
      await sleep(pauseMs);
    }
  }
}
