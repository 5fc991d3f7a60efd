import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { levelStates } from '../../workflows/water/level.contract.js';
import { nextLevelState } from '../../workflows/water/level.rules.js';
import { quietBand } from '../../workflows/water/quiet-band.rules.js';
import { deriveReading } from '../../workflows/water/reading.rules.js';
import type { Tank } from '../../workflows/water/reservoir.rules.js';

const tank: Tank = {
  geometry: null,
  capacityLiters: 1_000,
  heightMm: null,
  sensorEmptyDistanceMm: 1_100,
  sensorFullDistanceMm: 100,
};
const thresholds = { fullPct: 95, lowPct: 20, criticalPct: 10, hysteresisPct: 3 };

describe('the quiet band', () => {
  it('lies between the distances at which the state is left', () => {
    expect(quietBand(tank, thresholds, 'NORMAL')).toEqual({ fromMm: 150, toMm: 900 });
    expect(quietBand(tank, thresholds, 'LOW')).toEqual({ fromMm: 870, toMm: 1_000 });
    expect(quietBand(tank, thresholds, 'CRITICAL')).toEqual({ fromMm: 970, toMm: Infinity });
    expect(quietBand(tank, thresholds, 'FULL')).toEqual({ fromMm: -Infinity, toMm: 180 });
  });

  it('is unknown without a calibration, and open where there is no threshold', () => {
    expect(
      quietBand({ ...tank, sensorEmptyDistanceMm: null }, thresholds, 'NORMAL'),
    ).toBeUndefined();
    const none = { fullPct: null, lowPct: null, criticalPct: null, hysteresisPct: 3 };
    expect(quietBand(tank, none, 'NORMAL')).toEqual({ fromMm: -Infinity, toMm: Infinity });
  });

  it('holds every reading that leaves the state, and none that changes it', () => {
    const cases = fc.tuple(
      fc.constantFrom(...levelStates),
      fc.double({ min: 0, max: 1_200, noNaN: true }),
    );
    fc.assert(
      fc.property(cases, ([state, distanceMm]) => {
        const band = quietBand(tank, thresholds, state);
        const reading = deriveReading(tank, [distanceMm]);
        if (!band || typeof reading === 'string') throw new Error('the tank is calibrated');
        // On an edge itself either is right: the message is only signalled a second sooner or
        // later.
        const toEdgeMm = Math.min(
          Math.abs(distanceMm - band.fromMm),
          Math.abs(distanceMm - band.toMm),
        );
        fc.pre(toEdgeMm > 0.01);
        const isQuiet = distanceMm > band.fromMm && distanceMm < band.toMm;
        expect(nextLevelState(state, reading.levelPct, thresholds) === state).toBe(isQuiet);
      }),
      { numRuns: 2_000 },
    );
  });
});
