import { describe, expect, it } from '@jest/globals';
import {
  otpauthUriOf,
  retryAfterSeconds,
  stepsAt,
} from '../../../workflows/identity/mfa/mfa.rules.js';

describe('the steps of which a code is taken', () => {
  it.each([
    [0, [0, -1, 1]],
    [29_999, [0, -1, 1]],
    [30_000, [1, 0, 2]],
    [1_111_111_109_000, [37_037_036, 37_037_035, 37_037_037]],
  ])('at %i ms', (timeMs, steps) => {
    expect(stepsAt(timeMs)).toEqual(steps);
  });
});

describe('the address for authenticators', () => {
  it('names issuer, person, secret and how codes are made', () => {
    const uri = new URL(otpauthUriOf('JBSWY3DP', 'a+b@example.com'));
    expect(uri.protocol).toBe('otpauth:');
    expect(uri.href).toContain('//totp/Millrace:a%2Bb%40example.com?');
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      secret: 'JBSWY3DP',
      issuer: 'Millrace',
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
  });
});

describe('the wait of a person out of tries', () => {
  it.each([
    [0, 900],
    [899.5, 1],
    [900, 1],
    [1.2, 899],
  ])('is, with the oldest try %f s ago, %i s', (agoSeconds, waitSeconds) => {
    expect(retryAfterSeconds(agoSeconds)).toBe(waitSeconds);
  });
});
