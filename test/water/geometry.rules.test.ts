/** Tells of: reservoir.rules. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { asFailure } from '../../workflows/shared/failure.js';
import {
  assertGeometry,
  filledShare,
  geometryCapacityLiters,
} from '../../workflows/water/geometry.rules.js';
import type { Geometry } from '../../workflows/water/reservoir.contract.js';
import {
  measureLevel,
  measurePercent,
  tankHeightMm,
  type Tank,
} from '../../workflows/water/reservoir.rules.js';

const length = fc.double({ min: 1, max: 20_000, noNaN: true });
const table = fc
  .array(
    fc.tuple(
      fc.double({ min: 0.5, max: 500, noNaN: true }),
      fc.double({ min: 0.5, max: 5_000, noNaN: true }),
    ),
    {
      minLength: 1,
      maxLength: 20,
    },
  )
  .map((steps): Geometry => {
    const points = [{ level_mm: 0, volume_liters: 0 }];
    for (const [rise, gain] of steps) {
      const last = points.at(-1) ?? { level_mm: 0, volume_liters: 0 };
      points.push({ level_mm: last.level_mm + rise, volume_liters: last.volume_liters + gain });
    }
    return { shape: 'STRAPPING_TABLE', points };
  });
const anyGeometry: fc.Arbitrary<Geometry> = fc.oneof(
  fc.record({
    shape: fc.constant('RECTANGULAR_PRISM' as const),
    length_mm: length,
    width_mm: length,
    height_mm: length,
  }),
  fc.record({
    shape: fc.constant('VERTICAL_CYLINDER' as const),
    diameter_mm: length,
    height_mm: length,
  }),
  fc.record({
    shape: fc.constant('HORIZONTAL_CYLINDER' as const),
    diameter_mm: length,
    length_mm: length,
  }),
  fc.record({ shape: fc.constant('SPHERE' as const), diameter_mm: length }),
  fc.record({
    shape: fc.constant('FRUSTUM' as const),
    bottom_diameter_mm: fc.oneof(fc.constant(0), length),
    top_diameter_mm: length,
    height_mm: length,
  }),
  fc.record({
    shape: fc.constant('FRUSTUM' as const),
    bottom_diameter_mm: length,
    top_diameter_mm: fc.oneof(fc.constant(0), length),
    height_mm: length,
  }),
  table,
  fc.record({ shape: fc.constant('CUSTOM' as const), height_mm: length }),
);
const tankOf = (geometry: Geometry | null, more: Partial<Tank> = {}): Tank => ({
  geometry,
  capacityLiters: geometry ? (geometryCapacityLiters(geometry) ?? 1_000) : null,
  heightMm: null,
  sensorEmptyDistanceMm: null,
  sensorFullDistanceMm: null,
  ...more,
});
const liters = (geometry: Geometry, levelMm: number): number =>
  measureLevel(tankOf(geometry), levelMm).volumeLiters ?? NaN;

describe('volume of a level', () => {
  it('is exact when the tank is empty and when it is full, and never outside', () => {
    fc.assert(
      fc.property(anyGeometry, (geometry) => {
        const tank = tankOf(geometry);
        const heightMm = tankHeightMm(tank) ?? NaN;
        expect(measureLevel(tank, 0)).toEqual({ levelPct: 0, volumeLiters: 0 });
        expect(measureLevel(tank, -5)).toEqual({ levelPct: 0, volumeLiters: 0 });
        expect(measureLevel(tank, heightMm)).toEqual({
          levelPct: 100,
          volumeLiters: tank.capacityLiters,
        });
        expect(measureLevel(tank, heightMm + 5)).toEqual({
          levelPct: 100,
          volumeLiters: tank.capacityLiters,
        });
      }),
    );
  });

  it('never falls while the level rises, however small the rise', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const rise = fc.oneof(share, fc.double({ min: 0, max: 1e-12, noNaN: true }));
    fc.assert(
      fc.property(anyGeometry, share, rise, (geometry, from, by) => {
        const tank = tankOf(geometry);
        const heightMm = tankHeightMm(tank) ?? NaN;
        const lower = measureLevel(tank, from * heightMm);
        const higher = measureLevel(tank, Math.min(1, from + by) * heightMm);
        expect(higher.levelPct).toBeGreaterThanOrEqual(lower.levelPct);
        expect(higher.volumeLiters ?? NaN).toBeGreaterThanOrEqual(lower.volumeLiters ?? NaN);
      }),
      { numRuns: 2_000 },
    );
  });

  it('agrees with the closed forms', () => {
    expect(
      liters(
        { shape: 'RECTANGULAR_PRISM', length_mm: 2_000, width_mm: 1_000, height_mm: 1_500 },
        500,
      ),
    ).toBeCloseTo(1_000, 6);
    expect(
      liters({ shape: 'VERTICAL_CYLINDER', diameter_mm: 1_000, height_mm: 2_000 }, 400),
    ).toBeCloseTo(Math.PI * 100, 6);
    // A lying cylinder: r² acos((r − h) / r) − (r − h) √(2rh − h²), times the length.
    const [r, h] = [600, 250];
    const segment = r ** 2 * Math.acos((r - h) / r) - (r - h) * Math.sqrt(2 * r * h - h ** 2);
    expect(
      liters({ shape: 'HORIZONTAL_CYLINDER', diameter_mm: 2 * r, length_mm: 3_000 }, h),
    ).toBeCloseTo(segment * 3_000 * 1e-6, 6);
    // A ball's cap: π h² (3r − h) / 3.
    expect(liters({ shape: 'SPHERE', diameter_mm: 2 * r }, h)).toBeCloseTo(
      ((Math.PI * h ** 2 * (3 * r - h)) / 3) * 1e-6,
      6,
    );
    expect(liters({ shape: 'SPHERE', diameter_mm: 2 * r }, r)).toBeCloseTo(
      (2 / 3) * Math.PI * r ** 3 * 1e-6,
      6,
    );
  });

  it('takes a cone as a frustum without a top or bottom', () => {
    const cone = (Math.PI / 3) * 500 ** 2 * 1_200 * 1e-6;
    const standing: Geometry = {
      shape: 'FRUSTUM',
      bottom_diameter_mm: 1_000,
      top_diameter_mm: 0,
      height_mm: 1_200,
    };
    const hanging: Geometry = {
      shape: 'FRUSTUM',
      bottom_diameter_mm: 0,
      top_diameter_mm: 1_000,
      height_mm: 1_200,
    };
    expect(geometryCapacityLiters(standing)).toBeCloseTo(cone, 6);
    expect(liters(hanging, 600)).toBeCloseTo(cone / 8, 6);
    expect(liters(standing, 600)).toBeCloseTo((cone * 7) / 8, 6);
  });

  it('goes straight between the points of a strapping table', () => {
    const geometry: Geometry = {
      shape: 'STRAPPING_TABLE',
      points: [
        { level_mm: 0, volume_liters: 10 },
        { level_mm: 100, volume_liters: 60 },
        { level_mm: 300, volume_liters: 100 },
      ],
    };
    expect(liters(geometry, 0)).toBe(10);
    expect(liters(geometry, 50)).toBeCloseTo(35, 9);
    expect(liters(geometry, 100)).toBeCloseTo(60, 9);
    expect(liters(geometry, 200)).toBeCloseTo(80, 9);
    expect(liters(geometry, 300)).toBe(100);
  });

  it('stretches the shape to a capacity that was reported', () => {
    const tank = tankOf({ shape: 'SPHERE', diameter_mm: 1_000 }, { capacityLiters: 600 });
    expect(measureLevel(tank, 1_000).volumeLiters).toBe(600);
    expect(measureLevel(tank, 500).volumeLiters).toBeCloseTo(300, 9);
  });

  it('is not known without a capacity, and proportional without a shape', () => {
    expect(measurePercent(tankOf(null), 40)).toEqual({ levelPct: 40, volumeLiters: null });
    expect(measurePercent(tankOf(null, { capacityLiters: 500 }), 40)).toEqual({
      levelPct: 40,
      volumeLiters: 200,
    });
  });

  it('is the same for a level in millimetres and in percent', () => {
    const tank = tankOf({ shape: 'HORIZONTAL_CYLINDER', diameter_mm: 1_000, length_mm: 2_000 });
    expect(measureLevel(tank, 250).volumeLiters).toBeCloseTo(
      measurePercent(tank, 25).volumeLiters ?? NaN,
      9,
    );
    expect(filledShare({ shape: 'SPHERE', diameter_mm: 1 }, 0.5)).toBe(0.5);
  });
});

describe('a geometry', () => {
  const refusal = (geometry: Geometry) => {
    try {
      assertGeometry(geometry);
    } catch (error) {
      return asFailure(error)?.code;
    }
    return undefined;
  };
  const tableOf = (...points: [number, number][]): Geometry => ({
    shape: 'STRAPPING_TABLE',
    points: points.map(([level_mm, volume_liters]) => ({ level_mm, volume_liters })),
  });

  it('is refused when its table does not start at zero or does not rise', () => {
    expect(refusal(tableOf([0, 0], [10, 5]))).toBeUndefined();
    expect(refusal(tableOf([1, 0], [10, 5]))).toBe('INVALID_GEOMETRY');
    expect(refusal(tableOf([0, 0], [10, 5], [10, 6]))).toBe('INVALID_GEOMETRY');
    expect(refusal(tableOf([0, 0], [10, 5], [20, 5]))).toBe('INVALID_GEOMETRY');
    expect(refusal(tableOf([0, 0]))).toBe('INVALID_GEOMETRY');
  });

  it('is refused when a frustum has neither bottom nor top', () => {
    expect(
      refusal({ shape: 'FRUSTUM', bottom_diameter_mm: 0, top_diameter_mm: 0, height_mm: 5 }),
    ).toBe('INVALID_GEOMETRY');
  });
});
