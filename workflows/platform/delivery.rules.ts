export const maxAttempts = 10;

/** 100 ms, doubling, at most 10 s, by the number of earlier tries; null after the last try. */
export const retryDelayMs = (attempts: number): number | null =>
  attempts + 1 >= maxAttempts ? null : Math.min(100 * 2 ** attempts, 10_000);
