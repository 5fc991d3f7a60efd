interface SampleStatistics {
  sampleCount: number;
  mean: number;
  /** Sample standard deviation (n − 1); null for a single sample. */
  stddev: number | null;
}

/**
 * Statistics over samples of real distances: a sample below zero means the sensor heard no echo.
 * Undefined without a distance.
 */
export function sampleStatistics(samples: readonly number[]): SampleStatistics | undefined {
  const valid = samples.filter((sample) => Number.isFinite(sample) && sample >= 0);
  const sampleCount = valid.length;
  if (sampleCount === 0) return undefined;
  const mean = valid.reduce((sum, sample) => sum + sample, 0) / sampleCount;
  const squares = valid.reduce((sum, sample) => sum + (sample - mean) ** 2, 0);
  return {
    sampleCount,
    mean,
    stddev: sampleCount > 1 ? Math.sqrt(squares / (sampleCount - 1)) : null,
  };
}
