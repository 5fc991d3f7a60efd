import { describe, expect, it } from '@jest/globals';
import { decideRefresh } from '../../workflows/identity/session.rules.js';

describe('presenting a refresh token', () => {
  it.each([
    ['the newest', { generation: 3, newestGeneration: 3, rotatedSecondsAgo: null }, 'rotate'],
    ['its parent, at once', { generation: 2, newestGeneration: 3, rotatedSecondsAgo: 0.1 }, 'repeat'],
    ['its parent, just in time', { generation: 2, newestGeneration: 3, rotatedSecondsAgo: 10 }, 'repeat'],
    ['its parent, too late', { generation: 2, newestGeneration: 3, rotatedSecondsAgo: 10.1 }, 'reuse'],
    ['its grandparent, at once', { generation: 1, newestGeneration: 3, rotatedSecondsAgo: 0.1 }, 'reuse'],
  ] as const)('%s', (_, token, decision) => expect(decideRefresh(token)).toBe(decision));
});
