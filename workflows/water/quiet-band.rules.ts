import type { LevelState, Thresholds } from './level.contract.js';
import { tankCalibration, type Tank } from './reservoir.rules.js';

/** Mean distances (mm) between which a reading leaves the level state as it is; infinite where nothing more can change. */
export interface QuietBand {
  fromMm: number;
  toMm: number;
}

/** So that what crosses a threshold is seen before it is derived. Undefined where a distance says nothing of the level. */
export function quietBand(tank: Tank, thresholds: Thresholds, state: LevelState): QuietBand | undefined {
  const calibration = tankCalibration(tank);
  if (!calibration) return undefined;
  const { emptyDistanceMm, fullDistanceMm } = calibration;
  const distanceMm = (levelPct: number) => emptyDistanceMm - (levelPct / 100) * (emptyDistanceMm - fullDistanceMm);
  const { fallsTo, risesTo } = edges(thresholds, state);
  return {
    fromMm: risesTo === null ? -Infinity : distanceMm(risesTo),
    toMm: fallsTo === null ? Infinity : distanceMm(fallsTo),
  };
}

/** Levels at which the state is left; null: it is not left that way. */
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
