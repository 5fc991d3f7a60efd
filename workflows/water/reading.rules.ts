import { sampleStatistics } from './level.rules.js';
import { levelFromDistanceMm, measureLevel, tankCalibration, type Level, type Tank } from './reservoir.rules.js';

export type ReadingDiagnostic = 'CALIBRATION_MISSING' | 'NO_VALID_SAMPLES';

export interface DerivedReading extends Level {
  rawSampleCount: number;
  /** Millimetres from the sensor. */
  rawMean: number;
  rawStddev: number | null;
}

/** An ultrasonic sensor's distances (mm) → the reading they make, or why they make none. */
export function deriveReading(tank: Tank, rawDistancesMm: readonly number[]): DerivedReading | ReadingDiagnostic {
  const calibration = tankCalibration(tank);
  if (!calibration) return 'CALIBRATION_MISSING';
  const statistics = sampleStatistics(rawDistancesMm);
  if (!statistics) return 'NO_VALID_SAMPLES';
  return {
    // Without height or geometry the calibrated span is the height.
    ...measureLevel(tank, levelFromDistanceMm(tank, calibration, statistics.mean)),
    rawSampleCount: statistics.sampleCount,
    rawMean: statistics.mean,
    rawStddev: statistics.stddev,
  };
}
