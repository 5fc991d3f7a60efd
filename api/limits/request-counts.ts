import type { Rate } from '../route/route.js';

/**
 * Above maxKeys a window stops counting further keys, so that no stranger fills the memory with
 * names.
 */
const maxKeys = 100_000;

interface RequestCount {
  /** Counts a request; answers the seconds to wait where the count is over, else 0. */
  take(key: string): number;
  /** The same without counting. */
  waitSeconds(key: string): number;
}

/**
 * Counts in the process, with a single window for all keys: a map look-up without a promise, since
 * every request passes here before anything is known about the request.
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
  const wait = (count: number): number =>
    count > max ? Math.max(1, Math.ceil((endsAtMs - now()) / 1_000)) : 0;
  return {
    take(key) {
      const count = countOf(key) + 1;
      if (count > 1 || counts.size < maxKeys) counts.set(key, count);
      return wait(count);
    },
    waitSeconds: (key) => wait(countOf(key) + 1),
  };
}
