import { describe, expect, it } from '@jest/globals';
import { slowdownOf } from '../../../workflows/identity/sign-in.rules.js';

describe('what wrong passwords cost a device that is not known', () => {
  it.each([
    ['none', 0, 0, 0],
    ['nine', 9, 0, 0],
    ['ten', 10, 100, 0],
    ['thirty', 30, 400, 0],
    ['sixty', 60, 3_000, 0],
    ['ninety-nine', 99, 3_000, 0],
    ['a hundred', 100, 3_000, 1_000],
    ['very many', 100_000, 3_000, 10_000],
  ])('after %s', (_, wrongCount, holdMs, spacingMs) => {
    expect(slowdownOf(wrongCount)).toEqual({ holdMs, spacingMs });
  });
});
