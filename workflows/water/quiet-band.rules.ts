import type { QuietBand } from '../devices/measured-kind.contract.js';
import type { LevelState, Thresholds } from './level.contract.js';
import { tankCalibration, type Tank } from './reservoir.rules.js';

/**
 * The distances without a change of state, so that a crossing is noticed before deriving. Undefined
 * for a tank without a calibration.
 */
export function quietBand(
  tank: Tank,
  thresholds: Thresholds,
  state: LevelState,
): QuietBand | undefined {
  const calibration = tankCalibration(tank);
  if (!calibration) return undefined;
  const { emptyDistanceMm, fullDistanceMm } = calibration;
  const distanceMm = (levelPct: number) =>
    emptyDistanceMm - (levelPct / 100) * (emptyDistanceMm - fullDistanceMm);
  const { fallsTo, risesTo } = edges(thresholds, state);
  return {
    fromMm: risesTo === null ? -Infinity : distanceMm(risesTo),
    toMm: fallsTo === null ? Infinity : distanceMm(fallsTo),
  };
}

/** Levels at the ends of a state; null for an end without a threshold. */
function edges({ fullPct, lowPct, criticalPct, hysteresisPct }: Thresholds, state: LevelState) {
  const above = (pct: number | null) => (pct === null ? null : pct + hysteresisPct);
  switch (state) {
    case 'FULL':
      return { fallsTo: fullPct === null ? null : fullPct - hysteresisPct, risesTo: null };
    case 'NORMAL':
      return { fallsTo: lowPct ?? criticalPct, risesTo: fullPct };
    case 'LOW':
      return { fallsTo: criticalPct, risesTo: above(lowPct) };
    case 'CRITICAL':
      return { fallsTo: null, risesTo: above(criticalPct) };
  }
}
