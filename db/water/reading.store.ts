import type { CurrentLevel, LevelReading } from '../../workflows/water/current-level.rules.js';
import { statement, type Transaction } from '../shared/database.js';
import { runHot } from '../shared/hot.js';

/** A reading as it is stored. */
export interface StoredReading extends LevelReading {
  /** Millimetres from the sensor. */
  rawSampleCount: number | null;
  rawMean: number | null;
  rawStddev: number | null;
  telemetryMessageId: string | null;
  note: string | null;
}

interface ReservoirKey {
  accountId: string;
  reservoirId: string;
}

/** Makes the row where it is missing, and locks it either way. */
const lockLevelStatement = statement(
  'levels.lock',
  `
  insert into water.reservoir_levels as l (account_id, reservoir_id) values (?, ?)
  on conflict (account_id, reservoir_id) do update set reservoir_id = excluded.reservoir_id
  returning l.level_state as "levelState", l.level_state_updated_at as "levelStateUpdatedAt", l.level_pct as "levelPct",
    l.volume_liters as "volumeLiters", l.recorded_at as "recordedAt", l.observed_at as "observedAt", l.source,
    l.device_id as "deviceId", l.device_turn_no as "deviceTurnNo", l.device_epoch as "deviceEpoch", l.device_seq as "deviceSeq", l.battery_pct as "batteryPct", l.reading_id as "readingId"`,
);

const storeReadingsStatement = statement(
  'readings.store',
  `
  with inserted as (
    insert into water.reservoir_readings (account_id, reservoir_id, geometry_version, reading_id, recorded_at, observed_at,
      level_pct, volume_liters, source, device_id, device_epoch, device_seq, is_backfill, raw_sample_count, raw_mean, raw_stddev,
      telemetry_message_id, note)
    select ?::uuid, ?::uuid, ?::integer, i.*
    from unnest(?::uuid[], ?::timestamptz[], ?::timestamptz[], ?::float8[], ?::float8[], ?::text[], ?::text[], ?::integer[], ?::bigint[],
      ?::boolean[], ?::integer[], ?::float8[], ?::float8[], ?::uuid[], ?::text[]) as i
    on conflict do nothing
    returning 1
  )
  update water.reservoir_levels l set level_state = ?, level_state_updated_at = ?, level_pct = ?, volume_liters = ?,
    recorded_at = ?, observed_at = ?, source = ?, device_id = ?, device_turn_no = ?, device_epoch = ?, device_seq = ?, battery_pct = ?, reading_id = ?
  where l.account_id = ? and l.reservoir_id = ?
  returning (select count(*) from inserted) as "recordedCount"`,
);

/** In the order of the statement's parameters. */
const readingColumns = [
  'readingId',
  'recordedAt',
  'observedAt',
  'levelPct',
  'volumeLiters',
  'source',
  'deviceId',
  'deviceEpoch',
  'deviceSeq',
  'isBackfill',
  'rawSampleCount',
  'rawMean',
  'rawStddev',
  'telemetryMessageId',
  'note',
] as const satisfies (keyof StoredReading)[];
const levelColumns = [
  'levelState',
  'levelStateUpdatedAt',
  'levelPct',
  'volumeLiters',
  'recordedAt',
  'observedAt',
  'source',
  'deviceId',
  'deviceTurnNo',
  'deviceEpoch',
  'deviceSeq',
  'batteryPct',
  'readingId',
] as const satisfies (keyof CurrentLevel)[];

/** The level before the transaction; nobody else moves it until the end of it. */
export async function lockLevel(trx: Transaction, { accountId, reservoirId }: ReservoirKey): Promise<CurrentLevel> {
  const [level] = await runHot<CurrentLevel>(trx, lockLevelStatement, [accountId, reservoirId]);
  if (!level) throw new Error('the level of a reservoir was not locked');
  return level;
}

/** Stores the readings that are not there yet, and the level after them; answers how many were new. */
export async function storeReadings(
  trx: Transaction,
  { accountId, reservoirId, geometryVersion }: ReservoirKey & { geometryVersion: number },
  readings: readonly StoredReading[],
  level: CurrentLevel,
): Promise<number> {
  const values: unknown[] = [
    ...[accountId, reservoirId, geometryVersion],
    ...readingColumns.map((name) => readings.map((reading) => reading[name])),
    ...levelColumns.map((name) => level[name]),
    ...[accountId, reservoirId],
  ];
  const [stored] = await runHot<{ recordedCount: number }>(trx, storeReadingsStatement, values);
  return stored?.recordedCount ?? 0;
}
