import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deriveReading } from '../../workflows/water/reading.rules.js';
import { tankCalibration, type Tank } from '../../workflows/water/reservoir.rules.js';

const tank: Tank = {
  geometry: null,
  capacityLiters: 5_000,
  heightMm: 2_000,
  sensorEmptyDistanceMm: null,
  sensorFullDistanceMm: null,
};

describe('deriving a reading', () => {
  it('takes the height for the distance when empty, and zero for the one when full', () => {
    expect(deriveReading(tank, [500, 500])).toEqual({
      levelPct: 75,
      volumeLiters: 3_750,
      rawSampleCount: 2,
      rawMean: 500,
      rawStddev: 0,
    });
  });

  it('uses the calibration where there is one, with or without a height', () => {
    const calibrated = { ...tank, sensorEmptyDistanceMm: 2_100, sensorFullDistanceMm: 100 };
    expect(deriveReading(calibrated, [1_100])).toMatchObject({ levelPct: 50, volumeLiters: 2_500 });
    expect(deriveReading({ ...calibrated, heightMm: null }, [1_600])).toMatchObject({
      levelPct: 25,
      volumeLiters: 1_250,
    });
  });

  it('takes the height of the geometry when nothing else is known', () => {
    const shaped: Tank = { ...tank, heightMm: null, geometry: { shape: 'SPHERE', diameter_mm: 1_000 } };
    expect(tankCalibration(shaped)).toEqual({ emptyDistanceMm: 1_000, fullDistanceMm: 0 });
    expect(deriveReading(shaped, [500])).toMatchObject({ levelPct: 50, volumeLiters: 2_500 });
  });

  it('stays between empty and full, whatever the sensor says', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 }),
        (samples) => {
          const reading = deriveReading(tank, samples);
          if (typeof reading === 'string') throw new Error(reading);
          expect(reading.levelPct).toBeGreaterThanOrEqual(0);
          expect(reading.levelPct).toBeLessThanOrEqual(100);
        },
      ),
    );
  });

  it('says why it makes none', () => {
    expect(deriveReading({ ...tank, heightMm: null }, [500])).toBe('CALIBRATION_MISSING');
    expect(deriveReading(tank, [-1, -1])).toBe('NO_VALID_SAMPLES');
  });
});
