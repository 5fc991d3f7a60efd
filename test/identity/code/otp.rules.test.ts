import { describe, expect, it } from '@jest/globals';
import { resendWaitSeconds } from '../../../workflows/identity/otp.rules.js';

describe('waiting for another code', () => {
  it.each([
    ['the first code', 0, 0, 0],
    ['the first resend', 1, 0, 0],
    ['the second, at once', 2, 0, 30],
    ['the second, a little early', 2, 29.4, 1],
    ['the second, in time', 2, 30, 0],
    ['the third', 3, 10, 50],
    ['the sixth', 6, 0, 900],
    ['any later one', 40, 0, 900],
  ])('%s', (_, sentCount, sinceLastSeconds, wait) => {
    expect(resendWaitSeconds(sentCount, sinceLastSeconds)).toBe(wait);
  });
});
