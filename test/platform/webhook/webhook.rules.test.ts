import { describe, expect, it } from '@jest/globals';
import { judgeWebhookStatus, retryAfterMs } from '../../../workflows/platform/webhook.rules.js';

it.each([
  [199, 'failed'],
  [200, 'delivered'],
  [299, 'delivered'],
  [301, 'failed'],
  [404, 'failed'],
  [410, 'gone'],
  [500, 'failed'],
])('an endpoint that answers %s has the delivery %s', (status, verdict) => {
  expect(judgeWebhookStatus(status)).toBe(verdict);
});

describe('what Retry-After asks for', () => {
  const nowMs = Date.parse('2026-03-01T12:00:00Z');

  it('is seconds or a date, with 429 and 503 alone', () => {
    expect(retryAfterMs(429, '120', nowMs)).toBe(120_000);
    expect(retryAfterMs(503, 'Sun, 01 Mar 2026 12:01:00 GMT', nowMs)).toBe(60_000);
    expect(retryAfterMs(500, '120', nowMs)).toBe(0);
    expect(retryAfterMs(429, undefined, nowMs)).toBe(0);
  });

  it('is a quarter of an hour at most, and nothing where it is past or makes no sense', () => {
    expect(retryAfterMs(429, '999999999', nowMs)).toBe(900_000);
    expect(retryAfterMs(503, 'Sun, 01 Mar 2026 11:00:00 GMT', nowMs)).toBe(0);
    for (const header of ['soon', '-5', '1e3', ''])
      expect(retryAfterMs(429, header, nowMs)).toBe(0);
  });
});
