import type { LevelState } from '../../workflows/water/level.contract.js';
import type {
  CapacitySource,
  Geometry,
  Mobility,
  MonitoringMode,
  ReadingSource,
  ReservoirType,
} from '../../workflows/water/reservoir.contract.js';
import { statement, type Reader } from '../shared/database.js';

export type ConnectivityState = 'ONLINE' | 'STALE' | 'OFFLINE' | 'NEVER_SEEN' | 'NO_DEVICE';

/** A reservoir as clients see it: what its owner said of it, and what is known of its level and device. */
export interface ReservoirView {
  reservoir_id: string;
  owner_principal_id: string;
  site_id: string;
  name: string;
  reservoir_type: ReservoirType;
  mobility: Mobility;
  monitoring_mode: MonitoringMode;
  capacity_liters: number | null;
  capacity_source: CapacitySource | null;
  geometry: Geometry | null;
  geometry_version: number;
  height_mm: number | null;
  sensor_empty_distance_mm: number | null;
  sensor_full_distance_mm: number | null;
  safety_margin_pct: number;
  full_threshold_pct: number | null;
  low_threshold_pct: number | null;
  critical_threshold_pct: number | null;
  hysteresis_pct: number;
  is_pipe_connected: boolean;
  location: { lat: number; lng: number } | null;
  level_state: LevelState | null;
  level_state_updated_at: string | null;
  connectivity_state: ConnectivityState;
  device_id: string | null;
  latest_reading: LatestReading | null;
  etag: string;
  created_at: string;
  updated_at: string;
}

export interface LatestReading {
  level_pct: number;
  volume_liters: number | null;
  battery_pct: number | null;
  recorded_at: string;
  observed_at: string | null;
  source: ReadingSource;
}
type Row = Omit<ReservoirView, 'latest_reading'> & LatestReading;

const select = `
  select r.reservoir_id, r.account_id as owner_principal_id, r.site_id, r.name, r.reservoir_type, r.mobility, r.monitoring_mode,
    r.capacity_liters, r.capacity_source, r.geometry, r.geometry_version, r.height_mm, r.sensor_empty_distance_mm,
    r.sensor_full_distance_mm, r.safety_margin_pct, r.full_threshold_pct, r.low_threshold_pct, r.critical_threshold_pct,
    r.hysteresis_pct, r.is_pipe_connected,
    case when r.lat is not null then json_build_object('lat', r.lat, 'lng', r.lng) end as location,
    l.level_state, l.level_state_updated_at,
    coalesce(d.connectivity_state, case when a.device_id is null then 'NO_DEVICE' else 'NEVER_SEEN' end) as connectivity_state,
    a.device_id, format('"%s"', r.version) as etag, r.created_at, r.updated_at,
    l.level_pct, l.volume_liters, l.battery_pct, l.recorded_at, l.observed_at, l.source
  from water.reservoirs r
  left join water.reservoir_levels l on l.account_id = r.account_id and l.reservoir_id = r.reservoir_id
  left join water.device_attachments a on a.account_id = r.account_id and a.reservoir_id = r.reservoir_id and a.detached_at is null
  left join water.devices d on d.device_id = a.device_id`;

const byId = statement('reservoir.byId', `${select} where r.account_id = $1 and r.reservoir_id = $2`);
const list = statement(
  'reservoir.list',
  `${select} where r.account_id = $1 and ($2::uuid is null or r.reservoir_id > $2) and ($3::uuid is null or r.site_id = $3)
   order by r.reservoir_id limit $4`,
);

/** Which account a reservoir belongs to is asked of each of the caller's: `[account id, reservoir id]`. */
export const locateReservoir = statement(
  'reservoir.locate',
  'select 1 from water.reservoirs r where r.account_id = $1 and r.reservoir_id = $2',
);

export function createReservoirViews(read: Reader) {
  return {
    async byId(accountId: string, reservoirId: string): Promise<ReservoirView | undefined> {
      const [row] = await read.inAccount<Row>(accountId, byId, [accountId, reservoirId]);
      return row && toView(row);
    },
    /** In the order of their making, from after a reservoir id. */
    async list(
      accountId: string,
      siteId: string | null,
      after: string | null,
      limit: number,
    ): Promise<ReservoirView[]> {
      return (await read.inAccount<Row>(accountId, list, [accountId, after, siteId, limit])).map(toView);
    },
  };
}
export type ReservoirViews = ReturnType<typeof createReservoirViews>;

function toView({
  level_pct,
  volume_liters,
  battery_pct,
  recorded_at,
  observed_at,
  source,
  ...reservoir
}: Row): ReservoirView {
  const latest = { level_pct, volume_liters, battery_pct, recorded_at, observed_at, source };
  // The columns of a left join: all null before the first reading.
  return { ...reservoir, latest_reading: (recorded_at as string | null) === null ? null : latest };
}
