import type { CurrentLevel, LevelReading } from '../../workflows/water/current-level.rules.js';
import type { LevelState } from '../../workflows/water/level.contract.js';
import type { ReadingSource } from '../../workflows/water/reservoir.contract.js';
import {
  arraysOf,
  bigInteger,
  boolean,
  columnList,
  columnName,
  float,
  integer,
  listOf,
  orNull,
  parameterList,
  text,
  textOf,
  timestamp,
  uuid,
  valuesByColumn,
  type Values,
} from '../connection/column.js';
import type { WriteScope } from '../connection/database.js';
import { query } from '../connection/query.js';

/** The columns of a reading beside the reservoir's. */
const readingRow = {
  readingId: uuid,
  recordedAt: timestamp,
  observedAt: orNull(timestamp),
  levelPct: float,
  volumeLiters: orNull(float),
  source: textOf<ReadingSource>(),
  deviceId: orNull(text),
  deviceEpoch: orNull(integer),
  deviceSeq: orNull(bigInteger),
  isBackfill: boolean,
  /** Of the samples, in millimetres from the sensor. */
  rawSampleCount: orNull(integer),
  rawMean: orNull(float),
  rawStddev: orNull(float),
  telemetryMessageId: orNull(uuid),
  note: orNull(text),
};

/** A reading to store. */
export type StoredReading = LevelReading & Values<typeof readingRow>;

const levelRow = {
  levelState: orNull(textOf<LevelState>()),
  levelStateUpdatedAt: orNull(timestamp),
  levelPct: orNull(float),
  volumeLiters: orNull(float),
  recordedAt: orNull(timestamp),
  observedAt: orNull(timestamp),
  source: orNull(textOf<ReadingSource>()),
  deviceId: orNull(text),
  deviceTurnNo: orNull(bigInteger),
  deviceEpoch: orNull(integer),
  deviceSeq: orNull(bigInteger),
  batteryPct: orNull(float),
  readingId: orNull(uuid),
};

/** The account is named, since deriving goes across accounts. */
const reservoirKey = { accountId: uuid, reservoirId: uuid };
export type ReservoirKey = Values<typeof reservoirKey>;

/** Makes the missing row, and locks the row either way. */
const lockedLevel = query({
  name: 'levels.lock',
  parameters: reservoirKey,
  row: levelRow,
  text: `insert into water.reservoir_levels as l (account_id, reservoir_id) values (:accountId, :reservoirId)
   on conflict (account_id, reservoir_id) do update set reservoir_id = excluded.reservoir_id
   returning ${listOf(levelRow, 'l')}`,
});

const readingArrays = arraysOf(readingRow);
const levelAssignments = Object.keys(levelRow)
  .map((field) => `${columnName(field)} = :${field}`)
  .join(', ');
const storeReadingsAndLevel = query({
  name: 'readings.store',
  parameters: {
    ...reservoirKey,
    ...readingArrays,
    ...levelRow,
    geometryVersion: integer,
  },
  row: { recordedCount: bigInteger },
  text: `with inserted as (
     insert into water.reservoir_readings (account_id, reservoir_id, geometry_version, ${columnList(readingRow)})
     select :accountId, :reservoirId, :geometryVersion, i.*
     from unnest(${parameterList(readingArrays)}) as i
     on conflict do nothing
     returning 1
   )
   update water.reservoir_levels l set ${levelAssignments}
   where l.account_id = :accountId and l.reservoir_id = :reservoirId
   returning (select count(*) from inserted) as recorded_count`,
});

export const readingStore = (scope: WriteScope) => ({
  /** The level before the transaction, locked until the transaction ends. */
  async lockLevel({ accountId, reservoirId }: ReservoirKey): Promise<CurrentLevel> {
    const [level] = await scope.run(lockedLevel, { accountId, reservoirId });
    if (!level) throw new Error('the level of a reservoir was not locked');
    return level;
  },

  /** Stores the new readings, and the level afterwards; answers how many were new. */
  async store(
    { accountId, reservoirId, geometryVersion }: ReservoirKey & { geometryVersion: number },
    readings: readonly StoredReading[],
    level: CurrentLevel,
  ): Promise<number> {
    const [stored] = await scope.run(storeReadingsAndLevel, {
      ...valuesByColumn(readingRow, readings),
      ...level,
      accountId,
      reservoirId,
      geometryVersion,
    });
    return stored?.recordedCount ?? 0;
  },
});
