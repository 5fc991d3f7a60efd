import { sampleStatistics } from '../shared/sample-statistics.js';
import {
  levelFromDistanceMm,
  measureLevel,
  tankCalibration,
  type Level,
  type Tank,
} from './reservoir.rules.js';

export type ReadingDiagnostic = 'CALIBRATION_MISSING' | 'NO_VALID_SAMPLES' | 'OUT_OF_RANGE';

/** Default margin of a distance beyond the calibrated span, in percent of the span. */
const defaultMarginPct = 10;

interface DerivedReading extends Level {
  rawSampleCount: number;
  /** Millimetres from the sensor. */
  rawMean: number;
  rawStddev: number | null;
}

/**
 * An ultrasonic sensor's distances (mm) → a reading, or the reason for none. Distances impossible
 * in the tank are left out: a sensor without an echo often reports the maximum.
 */
export function deriveReading(
  tank: Tank,
  rawDistancesMm: readonly number[],
  marginPct = defaultMarginPct,
): DerivedReading | ReadingDiagnostic {
  const calibration = tankCalibration(tank);
  if (!calibration) return 'CALIBRATION_MISSING';
  const heard = rawDistancesMm.filter((distance) => distance >= 0);
  if (heard.length === 0) return 'NO_VALID_SAMPLES';
  const { emptyDistanceMm, fullDistanceMm } = calibration;
  const marginMm = ((emptyDistanceMm - fullDistanceMm) * marginPct) / 100;
  const statistics = sampleStatistics(
    heard.filter(
      (distance) => distance >= fullDistanceMm - marginMm && distance <= emptyDistanceMm + marginMm,
    ),
  );
  if (!statistics) return 'OUT_OF_RANGE';
  return {
    // Without height or geometry the calibrated span is the height.
    ...measureLevel(tank, levelFromDistanceMm(tank, calibration, statistics.mean)),
    rawSampleCount: statistics.sampleCount,
    rawMean: statistics.mean,
    rawStddev: statistics.stddev,
  };
}
