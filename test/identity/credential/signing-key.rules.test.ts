import { describe, expect, it } from '@jest/globals';
import {
  dueKey,
  earliestUse,
  plannedUse,
  retiringMs,
} from '../../../workflows/identity/signing-key.rules.js';

const minute = 60_000;
const hour = 60 * minute;
const times = { rotateMs: 720 * hour, publishMs: 15 * minute };
const instant = (ms: number): string => new Date(ms).toISOString();
const current = {
  kid: 'current',
  state: 'CURRENT',
  publishedAt: instant(0),
  activeFrom: instant(0),
} as const;
const next = (publishedMs: number, activeMs = plannedUse(publishedMs, 0, times)) =>
  ({
    kid: 'next',
    state: 'NEXT',
    publishedAt: instant(publishedMs),
    activeFrom: instant(activeMs),
  }) as const;

describe('a signing key', () => {
  it('is used when the current key is old enough, and no sooner than it has been published for long enough', () => {
    expect(plannedUse(hour, 0, times)).toBe(times.rotateMs);
    expect(plannedUse(times.rotateMs, 0, times)).toBe(times.rotateMs + times.publishMs);
    expect(earliestUse(next(hour), times)).toBe(hour + times.publishMs);
  });

  it('is due instant its time, to the millisecond', () => {
    const keys = [current, next(hour)];
    expect(dueKey(keys, times, times.rotateMs - 1)).toBeUndefined();
    expect(dueKey(keys, times, times.rotateMs)?.kid).toBe('next');
  });

  it('is due sooner where somebody asked for it, or the times have become shorter', () => {
    expect(dueKey([current, next(hour, 2 * hour)], times, 2 * hour)?.kid).toBe('next');
    expect(dueKey([current, next(hour)], { ...times, rotateMs: hour }, 2 * hour)?.kid).toBe('next');
    const late = { rotateMs: hour, publishMs: 3 * hour };
    expect(dueKey([current, next(hour)], late, 4 * hour - 1)).toBeUndefined();
  });

  it('is not due before it is published, and instant once where nothing else could sign', () => {
    expect(dueKey([current], times, times.rotateMs)).toBeUndefined();
    expect(dueKey([next(0)], times, 0)?.kid).toBe('next');
  });

  it('stays published for longer than the last token of it can be good, and any copy of the set old', () => {
    expect(retiringMs).toBeGreaterThan(10 * minute + 15 * minute);
  });
});
