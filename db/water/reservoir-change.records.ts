import type { ReservoirContent } from '../../workflows/water/reservoir.contract.js';
import type { NewEvent } from '../shared/event.js';
import {
  reservoirCapacityUpdated,
  reservoirGeometryUpdated,
  reservoirLocationUpdated,
  reservoirMonitoringModeChanged,
  reservoirSensorCalibrationUpdated,
  reservoirUpdated,
} from './reservoir.events.js';

interface About {
  accountId: string;
  subjectId: string;
  actorPrincipalId: string;
}
type Field = keyof ReservoirContent;

/** The event for the change of a field; RESERVOIR_UPDATED is for any other field. */
const kinds = {
  location: ['lat', 'lng'],
  geometry: ['geometry'],
  capacity: ['capacityLiters', 'capacitySource'],
  calibration: ['heightMm', 'sensorEmptyDistanceMm', 'sensorFullDistanceMm'],
  monitoring: ['monitoringMode'],
} as const satisfies Record<string, readonly Field[]>;

/** One event a kind of change, however many fields of the kind changed. */
export function changeEvents(
  about: About,
  after: ReservoirContent & { geometryVersion: number },
  changed: readonly Field[],
): NewEvent[] {
  const id = { reservoir_id: about.subjectId };
  const has = (fields: readonly Field[]): boolean => changed.some((name) => fields.includes(name));
  const told: readonly Field[] = Object.values(kinds).flat();
  const others = changed.filter((name) => !told.includes(name));
  const geometryVersion = after.geometryVersion;

  const events: (NewEvent | false)[] = [
    has(kinds.location) && reservoirLocationUpdated.of({ ...about, payload: id }),
    has(kinds.geometry) &&
      reservoirGeometryUpdated.of({
        ...about,
        payload: { ...id, shape: after.geometry?.shape ?? null, geometry_version: geometryVersion },
      }),
    has(kinds.capacity) &&
      reservoirCapacityUpdated.of({
        ...about,
        payload: {
          ...id,
          capacity_liters: after.capacityLiters,
          capacity_source: after.capacitySource,
          geometry_version: geometryVersion,
        },
      }),
    has(kinds.calibration) &&
      reservoirSensorCalibrationUpdated.of({
        ...about,
        payload: {
          ...id,
          height_mm: after.heightMm,
          sensor_empty_distance_mm: after.sensorEmptyDistanceMm,
          sensor_full_distance_mm: after.sensorFullDistanceMm,
        },
      }),
    has(kinds.monitoring) &&
      reservoirMonitoringModeChanged.of({
        ...about,
        payload: { ...id, monitoring_mode: after.monitoringMode },
      }),
    others.length > 0 &&
      reservoirUpdated.of({
        ...about,
        payload: { ...id, site_id: after.siteId, fields: others.map(onWire) },
      }),
  ];
  return events.filter((event) => event !== false);
}

const onWire = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
