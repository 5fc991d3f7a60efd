export const reservoirTypes = ['TANK', 'TRUCK_TANK', 'BUFFER_TANK', 'OTHER'] as const;
export type ReservoirType = (typeof reservoirTypes)[number];

export const mobilities = ['FIXED', 'MOBILE'] as const;
export type Mobility = (typeof mobilities)[number];

export const monitoringModes = ['MANUAL', 'DEVICE'] as const;
export type MonitoringMode = (typeof monitoringModes)[number];

export const capacitySources = ['REPORTED', 'DERIVED_FROM_GEOMETRY', 'ADMIN_OVERRIDE'] as const;
export type CapacitySource = (typeof capacitySources)[number];

export const readingSources = ['DEVICE', 'MANUAL'] as const;
export type ReadingSource = (typeof readingSources)[number];

/** A tank's inner shape, on the wire and in the row. Lengths are inner lengths in millimetres. */
export type Geometry =
  | { shape: 'RECTANGULAR_PRISM'; length_mm: number; width_mm: number; height_mm: number }
  | { shape: 'VERTICAL_CYLINDER'; diameter_mm: number; height_mm: number }
  | { shape: 'HORIZONTAL_CYLINDER'; diameter_mm: number; length_mm: number }
  | { shape: 'SPHERE'; diameter_mm: number }
  | { shape: 'FRUSTUM'; bottom_diameter_mm: number; top_diameter_mm: number; height_mm: number }
  | { shape: 'STRAPPING_TABLE'; points: { level_mm: number; volume_liters: number }[] }
  /** Any other shape: the volume is taken as proportional to the level. */
  | { shape: 'CUSTOM'; height_mm: number; description?: string };

/** The fields of a reservoir an owner may change. Null: not known, or not used. */
export interface ReservoirContent {
  siteId: string;
  name: string;
  reservoirType: ReservoirType;
  mobility: Mobility;
  monitoringMode: MonitoringMode;
  capacityLiters: number | null;
  capacitySource: CapacitySource | null;
  geometry: Geometry | null;
  heightMm: number | null;
  sensorEmptyDistanceMm: number | null;
  sensorFullDistanceMm: number | null;
  safetyMarginPct: number;
  fullThresholdPct: number | null;
  lowThresholdPct: number | null;
  criticalThresholdPct: number | null;
  hysteresisPct: number;
  isPipeConnected: boolean;
  lat: number | null;
  lng: number | null;
}

/**
 * A change of a reservoir: an absent field stays, null empties. The source of a capacity follows
 * from the giver.
 */
export type ReservoirPatch = {
  [Name in Exclude<keyof ReservoirContent, 'capacitySource'>]?: ReservoirContent[Name] | undefined;
};

export type NewReservoir = ReservoirPatch &
  Pick<ReservoirContent, 'siteId' | 'name' | 'reservoirType' | 'mobility' | 'monitoringMode'>;
