/** Tells of: current-level.rules, reservoir.rules. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { vitals } from '../../workflows/devices/payload.rules.js';
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
    const shaped: Tank = {
      ...tank,
      heightMm: null,
      geometry: { shape: 'SPHERE', diameter_mm: 1_000 },
    };
    expect(tankCalibration(shaped)).toEqual({ emptyDistanceMm: 1_000, fullDistanceMm: 0 });
    expect(deriveReading(shaped, [500])).toMatchObject({ levelPct: 50, volumeLiters: 2_500 });
  });

  it('stays between empty and full, whatever the sensor says', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 2_200, noNaN: true }), { minLength: 1, maxLength: 20 }),
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
    for (const impossible of [[99_999_999], [1e308, 1e308], [2_201], [-1, 4_000]])
      expect(deriveReading(tank, impossible)).toBe('OUT_OF_RANGE');
  });

  it('leaves out what the tank cannot have, within a margin', () => {
    expect(deriveReading(tank, [500, 99_999_999, -1])).toMatchObject({
      levelPct: 75,
      rawSampleCount: 1,
    });
    expect(deriveReading(tank, [2_200])).toMatchObject({ levelPct: 0 });
    expect(deriveReading(tank, [2_001], 0)).toBe('OUT_OF_RANGE');
    const calibrated = { ...tank, sensorEmptyDistanceMm: 2_100, sensorFullDistanceMm: 300 };
    expect(deriveReading(calibrated, [5e-324])).toBe('OUT_OF_RANGE');
    expect(deriveReading(calibrated, [120])).toMatchObject({ levelPct: 100 });
  });

  it('sets impossible figures of battery and radio aside', () => {
    const said = (battery_percentage: number, battery_voltage_mv: number, rssi_dbm: number) => {
      const { batteryPct, batteryVoltageMv, signalStrengthDbm } = vitals({
        power: { battery_percentage, battery_voltage_mv },
        network: { rssi_dbm },
      });
      return [batteryPct, batteryVoltageMv, signalStrengthDbm];
    };
    expect(said(83, 3_912, -71)).toEqual([83, 3_912, -71]);
    expect(said(101, -1, 1e99)).toEqual([null, null, null]);
    expect(said(5e-324, 1e308, -200)).toEqual([0, null, null]);
  });
});
