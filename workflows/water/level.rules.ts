import { failure } from '../shared/failure.js';
import type { LevelState, Thresholds } from './level.contract.js';

export const defaultThresholds = { fullPct: 95, lowPct: 20, criticalPct: 10, hysteresisPct: 3 };

/** What a client left out takes its default where that fits between the others, and is off where it does not; null is off. */
export function completeThresholds(given: { [Name in keyof Thresholds]?: Thresholds[Name] | undefined }): Thresholds {
  const hysteresisPct = given.hysteresisPct ?? defaultThresholds.hysteresisPct;
  const complete: Thresholds = {
    fullPct: given.fullPct ?? null,
    lowPct: given.lowPct ?? null,
    criticalPct: given.criticalPct ?? null,
    hysteresisPct,
  };
  for (const name of ['lowPct', 'criticalPct', 'fullPct'] as const) {
    const filled = { ...complete, [name]: defaultThresholds[name] };
    if (given[name] === undefined && areValid(filled)) complete[name] = defaultThresholds[name];
  }
  return complete;
}

/** Thresholds must rise, and their hysteresis must leave room to come back from each state. */
export function assertThresholds(thresholds: Thresholds): void {
  if (areValid(thresholds)) return;
  const { fullPct, lowPct, criticalPct, hysteresisPct } = thresholds;
  throw failure('INVALID_THRESHOLDS', {
    full_threshold_pct: fullPct,
    low_threshold_pct: lowPct,
    critical_threshold_pct: criticalPct,
    hysteresis_pct: hysteresisPct,
  });
}

function areValid({ fullPct, lowPct, criticalPct, hysteresisPct }: Thresholds): boolean {
  const lowest = criticalPct ?? lowPct ?? 0;
  const highestLow = lowPct ?? criticalPct;
  return (
    lowest >= 0 &&
    (fullPct ?? 100) <= 100 &&
    (criticalPct === null || lowPct === null || criticalPct < lowPct) &&
    (highestLow === null ||
      (fullPct === null ? highestLow + hysteresisPct <= 100 : highestLow + hysteresisPct < fullPct)) &&
    (fullPct === null || fullPct - hysteresisPct >= 0)
  );
}

/**
 * The state after a reading. A state is entered at its threshold and left only `hysteresisPct` beyond it, so a level
 * that trembles on a threshold changes the state once. Null: nothing was known before.
 */
export function nextLevelState(previous: LevelState | null, levelPct: number, thresholds: Thresholds): LevelState {
  const { fullPct, lowPct, criticalPct, hysteresisPct } = thresholds;
  const criticalUpTo = edge(criticalPct, previous === 'CRITICAL', hysteresisPct);
  if (criticalUpTo(levelPct)) return 'CRITICAL';
  // What leaves CRITICAL passes through LOW: it is LOW until that is left as well.
  const lowUpTo = edge(lowPct, previous === 'LOW' || (previous === 'CRITICAL' && lowPct !== null), hysteresisPct);
  if (lowUpTo(levelPct)) return 'LOW';
  if (fullPct === null) return 'NORMAL';
  return levelPct >= fullPct || (previous === 'FULL' && levelPct > fullPct - hysteresisPct) ? 'FULL' : 'NORMAL';
}

const edge =
  (thresholdPct: number | null, isInside: boolean, hysteresisPct: number) =>
  (levelPct: number): boolean =>
    thresholdPct !== null && (levelPct <= thresholdPct || (isInside && levelPct < thresholdPct + hysteresisPct));

/** Nothing known before and NORMAL now is no change that anyone need hear of. */
export const isLevelChange = (previous: LevelState | null, next: LevelState): boolean =>
  previous === null ? next !== 'NORMAL' : previous !== next;

/** From worst to best. */
const rank: Record<LevelState, number> = { CRITICAL: 0, LOW: 1, NORMAL: 2, FULL: 2 };
export const isImprovement = (previous: LevelState | null, next: LevelState): boolean =>
  previous !== null && rank[next] > rank[previous];

export interface SampleStatistics {
  sampleCount: number;
  mean: number;
  /** Sample standard deviation (n − 1); null for a single sample. */
  stddev: number | null;
}

/** Over the samples that are distances: below zero means that the sensor heard no echo. Undefined when none is left. */
export function sampleStatistics(samples: readonly number[]): SampleStatistics | undefined {
  const valid = samples.filter((sample) => Number.isFinite(sample) && sample >= 0);
  const sampleCount = valid.length;
  if (sampleCount === 0) return undefined;
  const mean = valid.reduce((sum, sample) => sum + sample, 0) / sampleCount;
  const squares = valid.reduce((sum, sample) => sum + (sample - mean) ** 2, 0);
  return { sampleCount, mean, stddev: sampleCount > 1 ? Math.sqrt(squares / (sampleCount - 1)) : null };
}
