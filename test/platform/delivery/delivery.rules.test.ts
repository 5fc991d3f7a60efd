import { expect, it } from '@jest/globals';
import { maxAttempts, retryDelayMs } from '../../../workflows/platform/delivery.rules.js';

it('tries again after pauses that double up to ten seconds, and no more than ten times', () => {
  const pauses = Array.from({ length: maxAttempts + 1 }, (_, attempts) => retryDelayMs(attempts));
  expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, null, null]);
});
