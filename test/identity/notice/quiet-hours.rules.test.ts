import { describe, expect, it } from '@jest/globals';
import { isTimeZone, quietUntilMs } from '../../../workflows/identity/notice/quiet-hours.rules.js';

const untilOf = (start: string, end: string, zone: string, now: string): string | undefined => {
  const ms = quietUntilMs({ start, end, time_zone: zone }, Date.parse(now));
  return ms === undefined ? undefined : new Date(ms).toISOString();
};

describe('quiet hours', () => {
  it('are by the clock of the person’s zone, over midnight too', () => {
    // 22:00 in Nairobi is 19:00 in UTC.
    const nairobi = (now: string) => untilOf('22:00', '06:30', 'Africa/Nairobi', now);
    expect(nairobi('2026-03-01T18:59:59.999Z')).toBeUndefined();
    expect(nairobi('2026-03-01T19:00:00Z')).toBe('2026-03-02T03:30:00.000Z');
    expect(nairobi('2026-03-01T23:30:15Z')).toBe('2026-03-02T03:30:00.000Z');
    expect(nairobi('2026-03-02T03:29:59Z')).toBe('2026-03-02T03:30:00.000Z');
    expect(nairobi('2026-03-02T03:30:00Z')).toBeUndefined();
    const kolkata = (now: string) => untilOf('13:00', '14:00', 'Asia/Kolkata', now);
    expect(kolkata('2026-03-01T07:30:00Z')).toBe('2026-03-01T08:30:00.000Z');
    expect(kolkata('2026-03-01T08:30:00Z')).toBeUndefined();
  });

  it('end by the clock, whether it was put forward or back in the night', () => {
    const paris = (now: string) => untilOf('22:00', '06:00', 'Europe/Paris', now);
    // A usual night, then the nights of the changes in spring and autumn.
    expect(paris('2026-03-20T22:00:00Z')).toBe('2026-03-21T05:00:00.000Z');
    expect(paris('2026-03-28T22:00:00Z')).toBe('2026-03-29T04:00:00.000Z');
    expect(paris('2026-10-24T21:00:00Z')).toBe('2026-10-25T05:00:00.000Z');
    // The clock skips 02:30: the hours end once the clock has passed.
    const skipped = untilOf('22:00', '02:30', 'Europe/Paris', '2026-03-28T23:00:00Z');
    expect(Date.parse(skipped ?? '')).toBeGreaterThanOrEqual(Date.parse('2026-03-29T01:00:00Z'));
    expect(Date.parse(skipped ?? '')).toBeLessThanOrEqual(Date.parse('2026-03-29T01:30:00Z'));
  });

  it('are in a zone that exists', () => {
    for (const zone of ['UTC', 'Africa/Nairobi', 'America/Sao_Paulo', 'Asia/Kathmandu'])
      expect(isTimeZone(zone)).toBe(true);
    for (const zone of ['', 'Nairobi', 'Africa/Atlantis', '../etc/passwd', 'UTC+1x'])
      expect(isTimeZone(zone)).toBe(false);
  });
});
