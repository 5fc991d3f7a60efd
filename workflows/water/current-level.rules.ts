import type { LevelState, Thresholds } from './level.contract.js';
import { isLevelChange, nextLevelState } from './level.rules.js';
import type { ReadingSource } from './reservoir.contract.js';

/** A reservoir's state between readings; all null before the first reading. */
export interface CurrentLevel {
  levelState: LevelState | null;
  levelStateUpdatedAt: string | null;
  levelPct: number | null;
  volumeLiters: number | null;
  recordedAt: string | null;
  observedAt: string | null;
  source: ReadingSource | null;
  /**
   * The newest device and the highest sequence number of the device's latest epoch, also while a
   * manual reading is the latest.
   */
  deviceId: string | null;
  deviceTurnNo: number | null;
  deviceEpoch: number | null;
  deviceSeq: number | null;
  batteryPct: number | null;
  readingId: string | null;
}

export interface LevelReading {
  readingId: string;
  /** The server's receive time, or a person's time. */
  recordedAt: string;
  /** The device's own time: kept and shown, never trusted. */
  observedAt: string | null;
  levelPct: number;
  volumeLiters: number | null;
  source: ReadingSource;
  deviceId: string | null;
  /**
   * Number of the message's attachment at the reservoir: devices follow each other by attachments,
   * whatever clocks say.
   */
  deviceTurnNo: number | null;
  /** Numbers start again with each epoch of the device. */
  deviceEpoch: number | null;
  deviceSeq: number | null;
  batteryPct: number | null;
  isBackfill: boolean;
}

export interface LevelChange {
  previousState: LevelState | null;
  levelState: LevelState;
  reading: LevelReading;
}

interface LevelStep {
  current: CurrentLevel;
  isBackfill: boolean;
  change?: LevelChange;
}

/**
 * The effect of a reading. A reading older than the current level is back-fill: stored, without
 * effect on level and state.
 */
export function applyReading(
  current: CurrentLevel,
  reading: LevelReading,
  thresholds: Thresholds,
): LevelStep {
  const isBackfill = reading.isBackfill || isOlder(current, reading);
  if (isBackfill) return { current, isBackfill };
  const marked = reading.source === 'DEVICE' ? markDevice(current, reading) : current;
  if (!isLatest(current, reading)) return { current: marked, isBackfill };

  const levelState = nextLevelState(current.levelState, reading.levelPct, thresholds);
  const isChange = isLevelChange(current.levelState, levelState);
  const { readingId, recordedAt, observedAt, levelPct, volumeLiters, source } = reading;
  return {
    isBackfill,
    current: {
      ...marked,
      readingId,
      recordedAt,
      observedAt,
      levelPct,
      volumeLiters,
      source,
      levelState,
      levelStateUpdatedAt:
        isChange || current.levelState === null ? recordedAt : current.levelStateUpdatedAt,
    },
    ...(isChange ? { change: { previousState: current.levelState, levelState, reading } } : {}),
  };
}

/**
 * Readings of a device are ordered by epoch and sequence, of several devices by attachment, of a
 * person by the given time.
 */
function isOlder(current: CurrentLevel, reading: LevelReading): boolean {
  if (reading.source === 'MANUAL') return isBefore(reading, current);
  if (reading.deviceId !== current.deviceId)
    return (reading.deviceTurnNo ?? 0) < (current.deviceTurnNo ?? 0);
  if (reading.deviceSeq === null || current.deviceSeq === null) return false;
  const epochs = (reading.deviceEpoch ?? 0) - (current.deviceEpoch ?? 0);
  return epochs === 0 ? reading.deviceSeq <= current.deviceSeq : epochs < 0;
}

/**
 * The latest reading is the newest device's highest sequence number, unless a person read the gauge
 * later.
 */
const isLatest = (current: CurrentLevel, reading: LevelReading): boolean =>
  (current.source === 'DEVICE' && reading.source === 'DEVICE') || !isBefore(reading, current);

const isBefore = (reading: LevelReading, current: CurrentLevel): boolean =>
  current.recordedAt !== null && Date.parse(reading.recordedAt) < Date.parse(current.recordedAt);

/** Telemetry is partial: a message without a battery level keeps the same device's known level. */
function markDevice(current: CurrentLevel, reading: LevelReading): CurrentLevel {
  const { deviceId, deviceTurnNo, deviceEpoch, deviceSeq, batteryPct } = reading;
  const knownPct = deviceId === current.deviceId ? current.batteryPct : null;
  return {
    ...current,
    deviceId,
    deviceTurnNo,
    deviceEpoch,
    deviceSeq,
    batteryPct: batteryPct ?? knownPct,
  };
}
