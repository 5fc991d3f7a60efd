import type {
  CapacitySource,
  Geometry,
  Mobility,
  MonitoringMode,
  ReservoirContent,
  ReservoirType,
} from '../../workflows/water/reservoir.contract.js';
import { BaseModel } from '../shared/base-model.js';

/** A row of water.reservoirs. */
export class ReservoirModel extends BaseModel implements ReservoirContent {
  static override tableName = 'water.reservoirs';
  static override idColumn = ['accountId', 'reservoirId'];
  static override jsonAttributes = ['geometry'];

  accountId!: string;
  reservoirId!: string;
  siteId!: string;
  name!: string;
  reservoirType!: ReservoirType;
  mobility!: Mobility;
  monitoringMode!: MonitoringMode;
  capacityLiters!: number | null;
  capacitySource!: CapacitySource | null;
  geometry!: Geometry | null;
  /** Counts the changes of the geometry that turns a level into a volume. */
  geometryVersion!: number;
  heightMm!: number | null;
  sensorEmptyDistanceMm!: number | null;
  sensorFullDistanceMm!: number | null;
  safetyMarginPct!: number;
  fullThresholdPct!: number | null;
  lowThresholdPct!: number | null;
  criticalThresholdPct!: number | null;
  hysteresisPct!: number;
  isPipeConnected!: boolean;
  lat!: number | null;
  lng!: number | null;
  version!: number;
  createdAt!: string;
  updatedAt!: string;

  /** The reservoir for the rules. */
  toContent(): ReservoirContent {
    return Object.fromEntries(
      contentFields.map((name) => [name, this[name]]),
    ) as unknown as ReservoirContent;
  }
}

const contentFields = [
  'siteId',
  'name',
  'reservoirType',
  'mobility',
  'monitoringMode',
  'capacityLiters',
  'capacitySource',
  'geometry',
  'heightMm',
  'sensorEmptyDistanceMm',
  'sensorFullDistanceMm',
  'safetyMarginPct',
  'fullThresholdPct',
  'lowThresholdPct',
  'criticalThresholdPct',
  'hysteresisPct',
  'isPipeConnected',
  'lat',
  'lng',
] as const satisfies (keyof ReservoirContent)[];
