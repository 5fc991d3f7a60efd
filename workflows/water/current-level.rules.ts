import type { LevelState, Thresholds } from './level.contract.js';
import { isLevelChange, nextLevelState } from './level.rules.js';
import type { ReadingSource } from './reservoir.contract.js';

/** A reservoir's state between readings; all null before the first one. */
export interface CurrentLevel {
  levelState: LevelState | null;
  levelStateUpdatedAt: string | null;
  levelPct: number | null;
  volumeLiters: number | null;
  recordedAt: string | null;
  observedAt: string | null;
  source: ReadingSource | null;
  /** The newest device and its highest sequence number in its latest epoch, also while a manual reading is the latest. */
  deviceId: string | null;
  deviceTurnNo: number | null;
  deviceEpoch: number | null;
  deviceSeq: number | null;
  batteryPct: number | null;
  readingId: string | null;
}

export interface LevelReading {
  readingId: string;
  /** The server's receive time, or what a person gave. */
  recordedAt: string;
  /** The device's own time: kept and shown, never trusted. */
  observedAt: string | null;
  levelPct: number;
  volumeLiters: number | null;
  source: ReadingSource;
  deviceId: string | null;
  /** Which of the reservoir's attachments its message belongs to: devices follow each other by it, whatever clocks say. */
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

export interface LevelStep {
  current: CurrentLevel;
  isBackfill: boolean;
  change?: LevelChange;
}

/** One reading's effect. What is older than what is known is back-fill: kept, but it neither moves the level nor changes the state. */
export function applyReading(current: CurrentLevel, reading: LevelReading, thresholds: Thresholds): LevelStep {
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
      ...{ readingId, recordedAt, observedAt, levelPct, volumeLiters, source, levelState },
      levelStateUpdatedAt: isChange || current.levelState === null ? recordedAt : current.levelStateUpdatedAt,
    },
    ...(isChange ? { change: { previousState: current.levelState, levelState, reading } } : {}),
  };
}

/** A device's readings are ordered by epoch and sequence, those of several devices by their turns, a person's by the time they gave. */
function isOlder(current: CurrentLevel, reading: LevelReading): boolean {
  if (reading.source === 'MANUAL') return isBefore(reading, current);
  if (reading.deviceId !== current.deviceId) return (reading.deviceTurnNo ?? 0) < (current.deviceTurnNo ?? 0);
  if (reading.deviceSeq === null || current.deviceSeq === null) return false;
  const epochs = (reading.deviceEpoch ?? 0) - (current.deviceEpoch ?? 0);
  return epochs === 0 ? reading.deviceSeq <= current.deviceSeq : epochs < 0;
}

/** The latest is the newest device's highest sequence number, unless a person read the gauge after that. */
const isLatest = (current: CurrentLevel, reading: LevelReading): boolean =>
  (current.source === 'DEVICE' && reading.source === 'DEVICE') || !isBefore(reading, current);

const isBefore = (reading: LevelReading, current: CurrentLevel): boolean =>
  current.recordedAt !== null && Date.parse(reading.recordedAt) < Date.parse(current.recordedAt);

/** Telemetry is partial: a message that does not tell the battery leaves what is known of this device's. */
function markDevice(current: CurrentLevel, reading: LevelReading): CurrentLevel {
  const { deviceId, deviceTurnNo, deviceEpoch, deviceSeq, batteryPct } = reading;
  const knownPct = deviceId === current.deviceId ? current.batteryPct : null;
  return { ...current, deviceId, deviceTurnNo, deviceEpoch, deviceSeq, batteryPct: batteryPct ?? knownPct };
}
