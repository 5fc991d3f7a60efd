import { failure } from '../shared/failure.js';
import type { LevelState, Thresholds } from './level.contract.js';

export const defaultThresholds = { fullPct: 95, lowPct: 20, criticalPct: 10, hysteresisPct: 3 };

/**
 * A threshold left out takes the default if the default fits between the others, else is off; null
 * is off.
 */
export function completeThresholds(partial: {
  [Name in keyof Thresholds]?: Thresholds[Name] | undefined;
}): Thresholds {
  const hysteresisPct = partial.hysteresisPct ?? defaultThresholds.hysteresisPct;
  const complete: Thresholds = {
    fullPct: partial.fullPct ?? null,
    lowPct: partial.lowPct ?? null,
    criticalPct: partial.criticalPct ?? null,
    hysteresisPct,
  };
  for (const name of ['lowPct', 'criticalPct', 'fullPct'] as const) {
    const filled = { ...complete, [name]: defaultThresholds[name] };
    if (partial[name] === undefined && areValid(filled)) complete[name] = defaultThresholds[name];
  }
  return complete;
}

/** Thresholds must rise, and the hysteresis must leave room to come back from each state. */
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
      (fullPct === null
        ? highestLow + hysteresisPct <= 100
        : highestLow + hysteresisPct < fullPct)) &&
    (fullPct === null || fullPct - hysteresisPct >= 0)
  );
}

/**
 * The state after a reading. A state begins at a threshold and ends `hysteresisPct` beyond the
 * threshold, so a level trembling on a threshold changes the state once. Null: no state before.
 */
export function nextLevelState(
  previous: LevelState | null,
  levelPct: number,
  thresholds: Thresholds,
): LevelState {
  const { fullPct, lowPct, criticalPct, hysteresisPct } = thresholds;
  const criticalUpTo = edge(criticalPct, previous === 'CRITICAL', hysteresisPct);
  if (criticalUpTo(levelPct)) return 'CRITICAL';
  // A level leaving CRITICAL is LOW until the edge of LOW is passed as well.
  const lowUpTo = edge(
    lowPct,
    previous === 'LOW' || (previous === 'CRITICAL' && lowPct !== null),
    hysteresisPct,
  );
  if (lowUpTo(levelPct)) return 'LOW';
  if (fullPct === null) return 'NORMAL';
  return levelPct >= fullPct || (previous === 'FULL' && levelPct > fullPct - hysteresisPct)
    ? 'FULL'
    : 'NORMAL';
}

const edge =
  (thresholdPct: number | null, isInside: boolean, hysteresisPct: number) =>
  (levelPct: number): boolean =>
    thresholdPct !== null &&
    (levelPct <= thresholdPct || (isInside && levelPct < thresholdPct + hysteresisPct));

/** A first state of NORMAL is no change worth an event. */
export const isLevelChange = (previous: LevelState | null, next: LevelState): boolean =>
  previous === null ? next !== 'NORMAL' : previous !== next;

/** From worst to best. */
const rank: Record<LevelState, number> = { CRITICAL: 0, LOW: 1, NORMAL: 2, FULL: 2 };
export const isImprovement = (previous: LevelState | null, next: LevelState): boolean =>
  previous !== null && rank[next] > rank[previous];
