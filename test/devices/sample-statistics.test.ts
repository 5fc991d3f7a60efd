import { describe, expect, it } from '@jest/globals';
import { sampleStatistics } from '../../workflows/shared/sample-statistics.js';

describe('sample statistics', () => {
  it('drop what the sensor did not hear', () => {
    expect(sampleStatistics([-1, 100, 102, -1, 104])).toEqual({
      sampleCount: 3,
      mean: 102,
      stddev: 2,
    });
    expect(sampleStatistics([0])).toEqual({ sampleCount: 1, mean: 0, stddev: null });
  });

  it('are not there when no sample is valid', () => {
    expect(sampleStatistics([])).toBeUndefined();
    expect(sampleStatistics([-1, -2, Number.NaN])).toBeUndefined();
  });
});
