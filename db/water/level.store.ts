import { applyReading, type CurrentLevel, type LevelChange } from '../../workflows/water/current-level.rules.js';
import type { LevelState, Thresholds } from '../../workflows/water/level.contract.js';
import type { ReadingSource } from '../../workflows/water/reservoir.contract.js';
import type { Tank } from '../../workflows/water/reservoir.rules.js';
import { statement, type Transaction } from '../shared/database.js';
import { runHot } from '../shared/hot.js';
import { newId } from '../shared/id.js';
import { emitEvents } from '../shared/outbox.js';
import { lockLevel, storeReadings, type StoredReading } from './reading.store.js';
import { reservoirLevelReading, reservoirLevelStateChanged } from './reservoir.events.js';
import { ReservoirModel } from './reservoir.model.js';

/** What deriving and judging a reading needs of its reservoir. */
export interface MeasuredReservoir {
  accountId: string;
  reservoirId: string;
  geometryVersion: number;
  tank: Tank;
  thresholds: Thresholds;
}

export interface NewReading {
  /** RFC 3339: the server's receive time, or what a person gave. */
  recordedAt: string;
  observedAt?: string | null;
  levelPct: number;
  volumeLiters: number | null;
  source: ReadingSource;
  deviceId?: string | null;
  deviceTurnNo?: number | null;
  deviceEpoch?: number | null;
  deviceSeq?: number | null;
  batteryPct?: number | null;
  /** Known to be older than what was seen. A sequence number at or below the reservoir's mark is found out here as well. */
  isBackfill?: boolean;
  rawSampleCount?: number | null;
  rawMean?: number | null;
  rawStddev?: number | null;
  telemetryMessageId?: string | null;
  note?: string | null;
}

export interface RecordedReadings {
  /** In the order of the readings; empty when all of them were there already. */
  readingIds: string[];
  changes: LevelChange[];
  eventIds: string[];
  /** After them; absent when nothing was stored. */
  levelState?: LevelState | null;
}

const nothing: RecordedReadings = { readingIds: [], changes: [], eventIds: [] };

const measuredReservoir = statement(
  'reservoirs.measured',
  `
  select r.account_id as "accountId", r.reservoir_id as "reservoirId", r.geometry_version as "geometryVersion",
    json_build_object('geometry', r.geometry, 'capacityLiters', r.capacity_liters, 'heightMm', r.height_mm,
      'sensorEmptyDistanceMm', r.sensor_empty_distance_mm, 'sensorFullDistanceMm', r.sensor_full_distance_mm) as tank,
    json_build_object('fullPct', r.full_threshold_pct, 'lowPct', r.low_threshold_pct,
      'criticalPct', r.critical_threshold_pct, 'hysteresisPct', r.hysteresis_pct) as thresholds
  from water.reservoirs r where r.account_id = ? and r.reservoir_id = ?`,
);

/** Undefined when there is no such reservoir in the transaction's sight. */
export async function findMeasuredReservoir(
  trx: Transaction,
  accountId: string,
  reservoirId: string,
): Promise<MeasuredReservoir | undefined> {
  const [reservoir] = await runHot<MeasuredReservoir>(trx, measuredReservoir, [accountId, reservoirId]);
  return reservoir;
}

/** Undefined when there is no such reservoir in the transaction's sight. */
export async function readReservoirName(
  trx: Transaction,
  accountId: string,
  reservoirId: string,
): Promise<string | undefined> {
  const reservoir = await ReservoirModel.query(trx).findById([accountId, reservoirId]).select('name');
  return reservoir?.name;
}

/**
 * Stores a reservoir's readings (one device's in the order of their sequence), moves its level and emits what follows:
 * three statements, however many readings. Readings that are there already are left as they are and tell nothing again.
 * The level's row is locked first, so two writers come one after the other. Works as millrace_app and as millrace_ingest.
 */
export async function recordReadings(
  trx: Transaction,
  reservoir: MeasuredReservoir,
  readings: readonly NewReading[],
  cause: { actorPrincipalId?: string; causationId?: string } = {},
): Promise<RecordedReadings> {
  if (readings.length === 0) return nothing;
  const { stored, level, changes } = fold(await lockLevel(trx, reservoir), readings, reservoir.thresholds);
  const count = await storeReadings(trx, reservoir, stored, level);
  if (count === 0) return nothing;

  const { accountId, reservoirId } = reservoir;
  const of = { accountId, subjectId: reservoirId, ...cause };
  const eventIds = await emitEvents(trx, [
    reservoirLevelReading.of({ ...of, payload: { reservoir_id: reservoirId, count, ...summary(stored) } }),
    ...changes.map((change) =>
      reservoirLevelStateChanged.of({ ...of, payload: { reservoir_id: reservoirId, ...changePayload(change) } }),
    ),
  ]);
  return { readingIds: stored.map(({ readingId }) => readingId), changes, eventIds, levelState: level.levelState };
}

function fold(before: CurrentLevel, readings: readonly NewReading[], thresholds: Thresholds) {
  const changes: LevelChange[] = [];
  let level = before;
  const stored = readings.map((given): StoredReading => {
    const reading = completed(given);
    const step = applyReading(level, reading, thresholds);
    level = step.current;
    if (step.change) changes.push(step.change);
    return { ...reading, isBackfill: step.isBackfill };
  });
  return { stored, level, changes };
}

const completed = (reading: NewReading): StoredReading => ({
  readingId: newId(),
  recordedAt: reading.recordedAt,
  observedAt: reading.observedAt ?? null,
  levelPct: reading.levelPct,
  volumeLiters: reading.volumeLiters,
  source: reading.source,
  deviceId: reading.deviceId ?? null,
  deviceTurnNo: reading.deviceTurnNo ?? null,
  deviceEpoch: reading.deviceEpoch ?? null,
  deviceSeq: reading.deviceSeq ?? null,
  batteryPct: reading.batteryPct ?? null,
  isBackfill: reading.isBackfill ?? false,
  rawSampleCount: reading.rawSampleCount ?? null,
  rawMean: reading.rawMean ?? null,
  rawStddev: reading.rawStddev ?? null,
  telemetryMessageId: reading.telemetryMessageId ?? null,
  note: reading.note ?? null,
});

function summary(readings: readonly StoredReading[]) {
  const newest = readings.findLast(({ isBackfill }) => !isBackfill) ?? readings.at(-1);
  if (!newest) throw new Error('a summary needs a reading');
  const levels = readings.map(({ levelPct }) => levelPct);
  return {
    reading_id: newest.readingId,
    recorded_at: newest.recordedAt,
    source: newest.source,
    device_id: newest.deviceId,
    level_pct: newest.levelPct,
    volume_liters: newest.volumeLiters,
    backfill_count: readings.filter(({ isBackfill }) => isBackfill).length,
    min_level_pct: Math.min(...levels),
    max_level_pct: Math.max(...levels),
  };
}

const changePayload = ({ previousState, levelState, reading }: LevelChange) => ({
  previous_state: previousState,
  level_state: levelState,
  level_pct: reading.levelPct,
  volume_liters: reading.volumeLiters,
  reading_id: reading.readingId,
  recorded_at: reading.recordedAt,
});
