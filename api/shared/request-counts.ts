import type { Rate } from './route.js';

/** More keys than that are not told apart within a window, so that no stranger fills the memory with names. */
const maxKeys = 100_000;

export interface RequestCount {
  /** Counts one; answers the seconds to wait where that was one too many, else 0. */
  take(key: string): number;
  /** The same without counting. */
  waitSeconds(key: string): number;
}

/**
 * Counts in this process, a window for all keys together: one look into a map, without a promise, since it is on the way of every
 * request before anything is known of it.
 */
export function createRequestCount({ max, windowSeconds }: Rate, now = Date.now): RequestCount {
  let counts = new Map<string, number>();
  let endsAtMs = 0;
  const countOf = (key: string): number => {
    if (now() >= endsAtMs) {
      counts = new Map();
      endsAtMs = now() + windowSeconds * 1_000;
    }
    return counts.get(key) ?? 0;
  };
  const wait = (count: number): number => (count > max ? Math.max(1, Math.ceil((endsAtMs - now()) / 1_000)) : 0);
  return {
    take(key) {
      const count = countOf(key) + 1;
      if (count > 1 || counts.size < maxKeys) counts.set(key, count);
      return wait(count);
    },
    waitSeconds: (key) => wait(countOf(key) + 1),
  };
}
