import type { LevelState } from '../../workflows/water/level.contract.js';
import type {
  CapacitySource,
  Geometry,
  Mobility,
  MonitoringMode,
  ReadingSource,
  ReservoirType,
} from '../../workflows/water/reservoir.contract.js';
import {
  boolean,
  builtJson,
  float,
  integer,
  json,
  listOf,
  orNull,
  text,
  textOf,
  timestamp,
  uuid,
  type Values,
} from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';

type ConnectivityState = 'ONLINE' | 'STALE' | 'OFFLINE' | 'NEVER_SEEN' | 'NO_DEVICE';

/** A reservoir by the owner's description. */
const ownView = {
  reservoir_id: uuid,
  owner_principal_id: uuid,
  site_id: uuid,
  name: text,
  reservoir_type: textOf<ReservoirType>(),
  mobility: textOf<Mobility>(),
  monitoring_mode: textOf<MonitoringMode>(),
  capacity_liters: orNull(float),
  capacity_source: orNull(textOf<CapacitySource>()),
  geometry: orNull(json<Geometry>()),
  geometry_version: integer,
  height_mm: orNull(float),
  sensor_empty_distance_mm: orNull(float),
  sensor_full_distance_mm: orNull(float),
  safety_margin_pct: float,
  full_threshold_pct: orNull(float),
  low_threshold_pct: orNull(float),
  critical_threshold_pct: orNull(float),
  hysteresis_pct: float,
  is_pipe_connected: boolean,
  location: orNull(builtJson<{ lat: number; lng: number }>()),
};
/** The parts of level and device; a reservoir may have neither. */
const stateView = {
  level_state: orNull(textOf<LevelState>()),
  level_state_updated_at: orNull(timestamp),
  connectivity_state: textOf<ConnectivityState>(),
  device_id: orNull(text),
  etag: text,
  created_at: timestamp,
  updated_at: timestamp,
};
const readingView = {
  level_pct: float,
  volume_liters: orNull(float),
  battery_pct: orNull(float),
  recorded_at: timestamp,
  observed_at: orNull(timestamp),
  source: textOf<ReadingSource>(),
};
const reservoirRow = { ...ownView, ...stateView, ...readingView };
type ReservoirRow = Values<typeof reservoirRow>;

type LatestReading = Values<typeof readingView>;
/** A reservoir for clients: the owner's description, with level and device. */
export interface ReservoirView extends Values<typeof ownView>, Values<typeof stateView> {
  latest_reading: LatestReading | null;
}

const ownColumns = listOf(ownView, 'r', {
  owner_principal_id: 'r.account_id',
  location: "case when r.lat is not null then json_build_object('lat', r.lat, 'lng', r.lng) end",
});
const stateColumns = listOf(stateView, 'r', {
  level_state: 'l.level_state',
  level_state_updated_at: 'l.level_state_updated_at',
  connectivity_state:
    "coalesce(d.connectivity_state, case when a.device_id is null then 'NO_DEVICE' else 'NEVER_SEEN' end)",
  device_id: 'a.device_id',
  etag: `format('"%s"', r.version)`,
});
const reservoirs = `
  select ${ownColumns}, ${stateColumns}, ${listOf(readingView, 'l')}
  from water.reservoirs r
  left join water.reservoir_levels l on l.account_id = r.account_id and l.reservoir_id = r.reservoir_id
  left join devices.device_attachments a on a.account_id = r.account_id and a.thing_id = r.reservoir_id and a.detached_at is null
  left join devices.devices d on d.device_id = a.device_id`;

const reservoirById = query({
  name: 'reservoir.byId',
  parameters: { accountId: uuid, reservoirId: uuid },
  row: reservoirRow,
  text: `${reservoirs} where r.account_id = :accountId and r.reservoir_id = :reservoirId`,
});

const reservoirPage = query({
  name: 'reservoir.list',
  parameters: { accountId: uuid, siteId: orNull(uuid), after: orNull(uuid), limit: integer },
  row: reservoirRow,
  text: `${reservoirs} where r.account_id = :accountId and (:after is null or r.reservoir_id > :after)
     and (:siteId is null or r.site_id = :siteId)
   order by r.reservoir_id limit :limit`,
});

const nameOfReservoir = query({
  name: 'reservoir.name',
  parameters: { accountId: uuid, reservoirId: uuid },
  row: { name: text },
  text: 'select r.name from water.reservoirs r where r.account_id = :accountId and r.reservoir_id = :reservoirId',
});

/** Asked in each of the caller's accounts, to find the account of a reservoir. */
export const locateReservoir = query({
  name: 'reservoir.locate',
  parameters: { accountId: uuid, id: uuid },
  row: { siteId: uuid },
  text: 'select r.site_id from water.reservoirs r where r.account_id = :accountId and r.reservoir_id = :id',
});

export const reservoirViews = (scope: ReadScope) => ({
  async byId(reservoirId: string): Promise<ReservoirView | undefined> {
    const [row] = await scope.read(reservoirById, { accountId: scope.accountId, reservoirId });
    return row && toView(row);
  },
  async nameOf(reservoirId: string): Promise<string | undefined> {
    const [row] = await scope.read(nameOfReservoir, { accountId: scope.accountId, reservoirId });
    return row?.name;
  },
  /** In creation order, from after a reservoir id. */
  async page(siteId: string | null, after: string | null, limit: number): Promise<ReservoirView[]> {
    const { accountId } = scope;
    return (await scope.read(reservoirPage, { accountId, siteId, after, limit })).map(toView);
  },
});

function toView({
  level_pct,
  volume_liters,
  battery_pct,
  recorded_at,
  observed_at,
  source,
  ...reservoir
}: ReservoirRow): ReservoirView {
  const latest = { level_pct, volume_liters, battery_pct, recorded_at, observed_at, source };
  // The columns of a left join: all null before the first reading.
  return { ...reservoir, latest_reading: (recorded_at as string | null) === null ? null : latest };
}
