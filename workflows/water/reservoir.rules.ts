import { failure } from '../shared/failure.js';
import { filledShare, geometryCapacityLiters, geometryHeightMm } from './geometry.rules.js';
import type { CapacitySource, Geometry } from './reservoir.contract.js';

/** The measures to turn a level into a volume. Lengths in millimetres. */
export interface Tank {
  geometry: Geometry | null;
  capacityLiters: number | null;
  heightMm: number | null;
  /** The top sensor's distance to the level of an empty tank, and of a full tank. */
  sensorEmptyDistanceMm: number | null;
  sensorFullDistanceMm: number | null;
}

interface Calibration {
  emptyDistanceMm: number;
  fullDistanceMm: number;
}

export interface Level {
  /** Percent of the height, 0 to 100. */
  levelPct: number;
  /** Null where the tank's capacity is not known. */
  volumeLiters: number | null;
}

/**
 * Levels are rounded to the micrometre, far below a sensor's resolution, so that rounding never
 * makes a rise look like a fall.
 */
const stepsPerMm = 1_000;

/**
 * A level over the tank's bottom → percent and litres. Exact when empty and when full, never
 * falling as the level rises.
 */
export function measureLevel(tank: Tank, levelMm: number): Level {
  const heightMm = tankHeightMm(tank);
  if (heightMm === undefined)
    throw new Error('a tank without a height has no level in millimetres');
  return measureShare(
    tank,
    levelMm >= heightMm ? 1 : Math.round(levelMm * stepsPerMm) / stepsPerMm / heightMm,
  );
}

/** The level from a percentage, as people read a gauge; needs no height. */
export const measurePercent = (tank: Tank, levelPct: number): Level => ({
  ...measureShare(tank, levelPct / 100),
  levelPct,
});

function measureShare({ geometry, capacityLiters }: Tank, height: number): Level {
  const share = Math.min(1, Math.max(0, height));
  const filled = geometry ? filledShare(geometry, share) : share;
  return {
    levelPct: share * 100,
    volumeLiters: capacityLiters === null ? null : capacityLiters * filled,
  };
}

/**
 * The height of a full level; with a calibrated sensor alone, the span between the two distances.
 */
export function tankHeightMm(tank: Tank): number | undefined {
  if (tank.geometry) return geometryHeightMm(tank.geometry);
  if (tank.heightMm !== null) return tank.heightMm;
  if (tank.sensorEmptyDistanceMm === null || tank.sensorFullDistanceMm === null) return undefined;
  return tank.sensorEmptyDistanceMm - tank.sensorFullDistanceMm;
}

/**
 * Distances given; with a height alone the sensor sits at the full level: empty = height, full = 0.
 */
export function tankCalibration(tank: Tank): Calibration | undefined {
  if (tank.sensorEmptyDistanceMm !== null && tank.sensorFullDistanceMm !== null)
    return {
      emptyDistanceMm: tank.sensorEmptyDistanceMm,
      fullDistanceMm: tank.sensorFullDistanceMm,
    };
  const heightMm = tank.heightMm ?? (tank.geometry && geometryHeightMm(tank.geometry));
  return heightMm ? { emptyDistanceMm: heightMm, fullDistanceMm: 0 } : undefined;
}

/**
 * The distance falls as the tank fills; the calibrated span is stretched over the tank's height.
 */
export function levelFromDistanceMm(
  tank: Tank,
  calibration: Calibration,
  distanceMm: number,
): number {
  const { emptyDistanceMm, fullDistanceMm } = calibration;
  const spanMm = emptyDistanceMm - fullDistanceMm;
  return ((emptyDistanceMm - distanceMm) / spanMm) * (tankHeightMm(tank) ?? spanMm);
}

export function assertCalibration(tank: Tank): void {
  const { sensorEmptyDistanceMm: empty, sensorFullDistanceMm: full } = tank;
  if ((empty === null) !== (full === null))
    throw failure('INVALID_CALIBRATION', { reason: 'BOTH_OR_NEITHER' });
  if (empty !== null && full !== null && (full < 0 || empty <= full))
    throw failure('INVALID_CALIBRATION', { reason: 'EMPTY_MUST_EXCEED_FULL' });
}

interface Capacity {
  capacityLiters: number | null;
  capacitySource: CapacitySource | null;
}

/** The reported capacity, else the geometry's, else none. */
export function resolveCapacity(
  reportedLiters: number | null,
  geometry: Geometry | null,
): Capacity {
  if (reportedLiters !== null)
    return { capacityLiters: reportedLiters, capacitySource: 'REPORTED' };
  const derived = geometry ? geometryCapacityLiters(geometry) : undefined;
  return derived === undefined
    ? { capacityLiters: null, capacitySource: null }
    : { capacityLiters: derived, capacitySource: 'DERIVED_FROM_GEOMETRY' };
}
