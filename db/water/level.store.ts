import {
  applyReading,
  type CurrentLevel,
  type LevelChange,
} from '../../workflows/water/current-level.rules.js';
import type { LevelState, Thresholds } from '../../workflows/water/level.contract.js';
import type { ReadingSource } from '../../workflows/water/reservoir.contract.js';
import type { Tank } from '../../workflows/water/reservoir.rules.js';
import { builtJson, integer, uuid, type Values } from '../connection/column.js';
import type { WriteScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { newId } from '../shared/id.js';
import { emitEvents } from '../shared/outbox.js';
import { readingStore, type ReservoirKey, type StoredReading } from './reading.store.js';
import { reservoirLevelReading, reservoirLevelStateChanged } from './reservoir.events.js';

/** A reservoir's data for deriving and judging a reading. */
const measuredReservoir = {
  accountId: uuid,
  reservoirId: uuid,
  geometryVersion: integer,
  tank: builtJson<Tank>(),
  thresholds: builtJson<Thresholds>(),
};
export type MeasuredReservoir = Values<typeof measuredReservoir>;

export interface NewReading {
  /** RFC 3339: the server's receive time, or the time given by a person. */
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
  /**
   * Known to be older than the newest reading. A sequence number at or below the reservoir's mark
   * is found here as well.
   */
  isBackfill?: boolean;
  rawSampleCount?: number | null;
  rawMean?: number | null;
  rawStddev?: number | null;
  telemetryMessageId?: string | null;
  note?: string | null;
}

interface RecordedReadings {
  /** In the order of the readings; empty when all readings were stored already. */
  readingIds: string[];
  changes: LevelChange[];
  eventIds: string[];
  /** After the readings; absent when nothing was stored. */
  levelState?: LevelState | null;
}

const nothing: RecordedReadings = { readingIds: [], changes: [], eventIds: [] };

const measuredReservoirById = query({
  name: 'reservoirs.measured',
  parameters: { accountId: uuid, reservoirId: uuid },
  row: measuredReservoir,
  text: `select r.account_id, r.reservoir_id, r.geometry_version,
     json_build_object('geometry', r.geometry, 'capacityLiters', r.capacity_liters, 'heightMm', r.height_mm,
       'sensorEmptyDistanceMm', r.sensor_empty_distance_mm, 'sensorFullDistanceMm', r.sensor_full_distance_mm) as tank,
     json_build_object('fullPct', r.full_threshold_pct, 'lowPct', r.low_threshold_pct,
       'criticalPct', r.critical_threshold_pct, 'hysteresisPct', r.hysteresis_pct) as thresholds
   from water.reservoirs r where r.account_id = :accountId and r.reservoir_id = :reservoirId`,
});

/** Works as millrace_app and as millrace_ingest. */
export const levelStore = (scope: WriteScope) => ({
  /** Undefined when there is no such reservoir in the scope's sight. */
  async measured({ accountId, reservoirId }: ReservoirKey): Promise<MeasuredReservoir | undefined> {
    const [reservoir] = await scope.read(measuredReservoirById, { accountId, reservoirId });
    return reservoir;
  },

  /**
   * Stores a reservoir's readings (one device's in sequence order), moves the level and emits the
   * events: three statements for any number of readings. Readings already stored stay as before and
   * emit nothing. The level's row is locked first, so two writers come one after the other.
   */
  async record(
    reservoir: MeasuredReservoir,
    readings: readonly NewReading[],
    cause: { actorPrincipalId?: string; causationId?: string } = {},
  ): Promise<RecordedReadings> {
    if (readings.length === 0) return nothing;
    const store = readingStore(scope);
    const before = await store.lockLevel(reservoir);
    const { stored, level, changes } = fold(before, readings, reservoir.thresholds);
    const count = await store.store(reservoir, stored, level);
    if (count === 0) return nothing;
    const { accountId, reservoirId } = reservoir;
    const of = { accountId, subjectId: reservoirId, ...cause };
    const eventIds = await emitEvents(scope, [
      reservoirLevelReading.of({
        ...of,
        payload: { reservoir_id: reservoirId, count, ...summary(stored) },
      }),
      ...changes.map((change) =>
        reservoirLevelStateChanged.of({
          ...of,
          payload: { reservoir_id: reservoirId, ...changePayload(change) },
        }),
      ),
    ]);
    return {
      readingIds: stored.map(({ readingId }) => readingId),
      changes,
      eventIds,
      levelState: level.levelState,
    };
  },
});

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
