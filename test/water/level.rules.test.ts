import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { asFailure } from '../../workflows/shared/failure.js';
import type { LevelState, Thresholds } from '../../workflows/water/level.contract.js';
import {
  assertThresholds,
  completeThresholds,
  defaultThresholds,
  isLevelChange,
  nextLevelState,
} from '../../workflows/water/level.rules.js';

const thresholds: Thresholds = { fullPct: 95, lowPct: 20, criticalPct: 10, hysteresisPct: 3 };
const pct = fc.double({ min: 0, max: 100, noNaN: true });
const anyState = fc.constantFrom<LevelState | null>(null, 'FULL', 'NORMAL', 'LOW', 'CRITICAL');

/** Three distinct thresholds with room for the hysteresis. */
const anyThresholds: fc.Arbitrary<Thresholds> = fc.record({
  criticalPct: fc.option(fc.integer({ min: 1, max: 30 })),
  lowPct: fc.option(fc.integer({ min: 31, max: 60 })),
  fullPct: fc.option(fc.integer({ min: 80, max: 100 })),
  hysteresisPct: fc.integer({ min: 0, max: 15 }),
});

const statesOf = (
  levels: readonly number[],
  given: Thresholds,
  start: LevelState | null = null,
) => {
  let state = start;
  return levels.map((level) => (state = nextLevelState(state, level, given)));
};
const changesIn = (states: readonly LevelState[]) =>
  states.filter((state, index) => index > 0 && state !== states[index - 1]).length;

describe('level state', () => {
  it('is entered at its threshold and left only beyond its hysteresis', () => {
    expect(statesOf([50, 20.1, 20, 22.9, 23], thresholds)).toEqual([
      'NORMAL',
      'NORMAL',
      'LOW',
      'LOW',
      'NORMAL',
    ]);
    expect(statesOf([10, 12.9, 13, 22.9, 23], thresholds)).toEqual([
      'CRITICAL',
      'CRITICAL',
      'LOW',
      'LOW',
      'NORMAL',
    ]);
    expect(statesOf([94.9, 95, 92.1, 92], thresholds)).toEqual([
      'NORMAL',
      'FULL',
      'FULL',
      'NORMAL',
    ]);
  });

  it('goes straight to where a big step leads', () => {
    expect(statesOf([5, 80, 97, 4, 99], thresholds)).toEqual([
      'CRITICAL',
      'NORMAL',
      'FULL',
      'CRITICAL',
      'FULL',
    ]);
  });

  it('never contradicts a threshold', () => {
    fc.assert(
      fc.property(anyThresholds, anyState, pct, (given, before, level) => {
        const state = nextLevelState(before, level, given);
        const { criticalPct, lowPct, fullPct } = given;
        if (criticalPct !== null && level <= criticalPct) expect(state).toBe('CRITICAL');
        else if (lowPct !== null && level <= lowPct) expect(['CRITICAL', 'LOW']).toContain(state);
        if (fullPct !== null && level >= fullPct) expect(state).toBe('FULL');
      }),
    );
  });

  it('does not flap: readings that stay within the hysteresis of each other change it once at most', () => {
    fc.assert(
      fc.property(
        anyThresholds.filter(({ hysteresisPct }) => hysteresisPct > 0),
        pct,
        fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 2, maxLength: 50 }),
        anyState,
        (given, base, noise, start) => {
          const levels = noise.map((share) => Math.min(100, base + share * given.hysteresisPct));
          const states = statesOf(levels, given, start);
          // The first reading may leave the band of the state before; after that, noise moves the
          // state at most once.
          expect(changesIn(states)).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('stays for ever once the level does', () => {
    fc.assert(
      fc.property(anyThresholds, anyState, pct, (given, before, level) => {
        const state = nextLevelState(before, level, given);
        expect(nextLevelState(state, level, given)).toBe(state);
      }),
    );
  });

  it('has no states whose thresholds are off', () => {
    expect(
      statesOf([0, 100], { fullPct: null, lowPct: null, criticalPct: null, hysteresisPct: 3 }),
    ).toEqual(['NORMAL', 'NORMAL']);
  });

  it('is no news when nothing was known and all is well', () => {
    expect(isLevelChange(null, 'NORMAL')).toBe(false);
    expect(isLevelChange(null, 'LOW')).toBe(true);
    expect(isLevelChange('LOW', 'LOW')).toBe(false);
  });
});

describe('thresholds', () => {
  const refusal = (given: Thresholds) => {
    try {
      assertThresholds(given);
    } catch (error) {
      return asFailure(error)?.code;
    }
    return undefined;
  };

  it('take their defaults where nothing was given', () => {
    expect(completeThresholds({})).toEqual(defaultThresholds);
  });

  it('take a default only where it fits between those given', () => {
    expect(completeThresholds({ lowPct: 30 })).toEqual({ ...defaultThresholds, lowPct: 30 });
    expect(completeThresholds({ lowPct: 8 })).toEqual({
      ...defaultThresholds,
      lowPct: 8,
      criticalPct: null,
    });
    expect(completeThresholds({ criticalPct: 40 })).toEqual({
      ...defaultThresholds,
      criticalPct: 40,
      lowPct: null,
    });
    expect(completeThresholds({ lowPct: null }).lowPct).toBeNull();
  });

  it('must rise, and leave room for the hysteresis', () => {
    expect(refusal(thresholds)).toBeUndefined();
    expect(refusal({ ...thresholds, criticalPct: 20 })).toBe('INVALID_THRESHOLDS');
    expect(refusal({ ...thresholds, lowPct: 96 })).toBe('INVALID_THRESHOLDS');
    expect(refusal({ ...thresholds, lowPct: 93 })).toBe('INVALID_THRESHOLDS');
    expect(refusal({ ...thresholds, fullPct: null, lowPct: 99 })).toBe('INVALID_THRESHOLDS');
    expect(refusal({ ...thresholds, lowPct: null, criticalPct: 94 })).toBe('INVALID_THRESHOLDS');
  });

  it('are refused by the names that they have on the wire', () => {
    const { hysteresisPct } = thresholds;
    expect(() =>
      assertThresholds({ fullPct: 95, lowPct: 20, criticalPct: 30, hysteresisPct }),
    ).toThrow(
      expect.objectContaining({
        details: [
          {
            full_threshold_pct: 95,
            low_threshold_pct: 20,
            critical_threshold_pct: 30,
            hysteresis_pct: hysteresisPct,
          },
        ],
      }),
    );
  });
});
