import { failure } from '../../workflows/shared/failure.js';
import { createBoundedCache } from './bounded-cache.js';

export interface Tries {
  /** Throws RATE_LIMITED when as many misses as are allowed lie in the window. */
  assertLeft(key: string): void;
  miss(key: string): void;
}

const maxKeys = 100_000;

/** Counts misses a key in this process, so that what is short cannot be found by trying. */
export function createTries({ max, windowMs }: { max: number; windowMs: number }, now = Date.now): Tries {
  const misses = createBoundedCache<{ startedAtMs: number; count: number }>(maxKeys);
  const current = (key: string) => {
    const window = misses.get(key);
    return window && now() - window.startedAtMs < windowMs ? window : { startedAtMs: now(), count: 0 };
  };
  return {
    assertLeft(key) {
      const { startedAtMs, count } = current(key);
      const leftMs = startedAtMs + windowMs - now();
      if (count >= max) throw failure('RATE_LIMITED', { retry_after_seconds: Math.ceil(leftMs / 1_000) });
    },
    miss(key) {
      const window = current(key);
      misses.set(key, { ...window, count: window.count + 1 });
    },
  };
}
