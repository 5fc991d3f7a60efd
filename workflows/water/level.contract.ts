export const levelStates = ['FULL', 'NORMAL', 'LOW', 'CRITICAL'] as const;
export type LevelState = (typeof levelStates)[number];

/** Percent of the height. Null: the reservoir has no such state. */
export interface Thresholds {
  fullPct: number | null;
  lowPct: number | null;
  criticalPct: number | null;
  hysteresisPct: number;
}
