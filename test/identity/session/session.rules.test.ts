import { describe, expect, it } from '@jest/globals';
import { isRepeat } from '../../../workflows/identity/session.rules.js';

describe('presenting an exchanged refresh token', () => {
  it.each([
    ['its parent, at once', { generation: 2, newestGeneration: 3, rotatedSecondsAgo: 0.1 }, true],
    [
      'its parent, just in time',
      { generation: 2, newestGeneration: 3, rotatedSecondsAgo: 10 },
      true,
    ],
    [
      'its parent, too late',
      { generation: 2, newestGeneration: 3, rotatedSecondsAgo: 10.1 },
      false,
    ],
    [
      'its grandparent, at once',
      { generation: 1, newestGeneration: 3, rotatedSecondsAgo: 0.1 },
      false,
    ],
  ] as const)('%s', (_, token, isTaken) => expect(isRepeat(token)).toBe(isTaken));
});
