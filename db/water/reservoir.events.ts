import { Type, type TSchema } from 'typebox';
import { levelStates } from '../../workflows/water/level.contract.js';
import {
  capacitySources,
  monitoringModes,
  readingSources,
} from '../../workflows/water/reservoir.contract.js';
import { defineEvent } from '../shared/event.js';

const object = { additionalProperties: false } as const;
const nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const id = Type.String({ format: 'uuid' });
const timestamp = Type.String({ format: 'date-time' });
const count = Type.Integer({ minimum: 0 });
const anId = '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f';

const base = { version: 1, subjectType: 'reservoir' } as const;
const reservoirAtSite = Type.Object({ reservoir_id: id, site_id: id }, object);
const atSite = { reservoir_id: anId, site_id: anId };

export const reservoirCreated = defineEvent({
  ...base,
  type: 'RESERVOIR_CREATED',
  topic: 'water.reservoir.created',
  payload: reservoirAtSite,
  example: atSite,
});

/** A change without an event of its own: name, site, thresholds or the like. */
export const reservoirUpdated = defineEvent({
  ...base,
  type: 'RESERVOIR_UPDATED',
  topic: 'water.reservoir.updated',
  payload: Type.Object(
    {
      reservoir_id: id,
      site_id: id,
      fields: Type.Array(Type.String({ pattern: '^[a-z_]{1,50}$' }), { maxItems: 50 }),
    },
    object,
  ),
  example: { ...atSite, fields: ['low_threshold_pct'] },
});

export const reservoirDeleted = defineEvent({
  ...base,
  type: 'RESERVOIR_DELETED',
  topic: 'water.reservoir.deleted',
  payload: reservoirAtSite,
  example: atSite,
});

export const reservoirLocationUpdated = defineEvent({
  ...base,
  type: 'RESERVOIR_LOCATION_UPDATED',
  topic: 'water.reservoir.location_updated',
  payload: Type.Object({ reservoir_id: id }, object),
  example: { reservoir_id: anId },
});

export const reservoirGeometryUpdated = defineEvent({
  ...base,
  type: 'RESERVOIR_GEOMETRY_UPDATED',
  topic: 'water.reservoir.geometry_updated',
  payload: Type.Object(
    {
      reservoir_id: id,
      shape: nullable(Type.String({ pattern: '^[A-Z_]{1,50}$' })),
      geometry_version: Type.Integer({ minimum: 1 }),
    },
    object,
  ),
  example: { reservoir_id: anId, shape: 'SPHERE', geometry_version: 2 },
});

export const reservoirCapacityUpdated = defineEvent({
  ...base,
  type: 'RESERVOIR_CAPACITY_UPDATED',
  topic: 'water.reservoir.capacity_updated',
  payload: Type.Object(
    {
      reservoir_id: id,
      capacity_liters: nullable(Type.Number()),
      capacity_source: nullable(Type.Enum([...capacitySources])),
      geometry_version: Type.Integer({ minimum: 1 }),
    },
    object,
  ),
  example: {
    reservoir_id: anId,
    capacity_liters: 5000,
    capacity_source: 'REPORTED',
    geometry_version: 2,
  },
});

export const reservoirSensorCalibrationUpdated = defineEvent({
  ...base,
  type: 'RESERVOIR_SENSOR_CALIBRATION_UPDATED',
  topic: 'water.reservoir.sensor_calibration_updated',
  payload: Type.Object(
    {
      reservoir_id: id,
      height_mm: nullable(Type.Number()),
      sensor_empty_distance_mm: nullable(Type.Number()),
      sensor_full_distance_mm: nullable(Type.Number()),
    },
    object,
  ),
  example: {
    reservoir_id: anId,
    height_mm: 2000,
    sensor_empty_distance_mm: 2100,
    sensor_full_distance_mm: 100,
  },
});

export const reservoirMonitoringModeChanged = defineEvent({
  ...base,
  type: 'RESERVOIR_MONITORING_MODE_CHANGED',
  topic: 'water.reservoir.monitoring_mode_changed',
  payload: Type.Object(
    { reservoir_id: id, monitoring_mode: Type.Enum([...monitoringModes]) },
    object,
  ),
  example: { reservoir_id: anId, monitoring_mode: 'DEVICE' },
});

/** One a reservoir and batch: the newest reading, the number of readings and the range. */
export const reservoirLevelReading = defineEvent({
  ...base,
  type: 'RESERVOIR_LEVEL_READING',
  topic: 'water.reservoir.level_reading',
  payload: Type.Object(
    {
      reservoir_id: id,
      reading_id: id,
      recorded_at: timestamp,
      source: Type.Enum([...readingSources]),
      device_id: nullable(Type.String({ pattern: '^[0-9A-Za-z_-]{1,64}$' })),
      level_pct: Type.Number(),
      volume_liters: nullable(Type.Number()),
      count: Type.Integer({ minimum: 1 }),
      backfill_count: count,
      min_level_pct: Type.Number(),
      max_level_pct: Type.Number(),
    },
    object,
  ),
  example: {
    reservoir_id: anId,
    reading_id: anId,
    recorded_at: '2026-03-01T08:30:00.000Z',
    source: 'DEVICE',
    device_id: 'B43A4536C83C',
    level_pct: 42.5,
    volume_liters: 2125,
    count: 3,
    backfill_count: 0,
    min_level_pct: 42.5,
    max_level_pct: 44,
  },
});

export const reservoirLevelStateChanged = defineEvent({
  ...base,
  type: 'RESERVOIR_LEVEL_STATE_CHANGED',
  topic: 'water.reservoir.level_state_changed',
  payload: Type.Object(
    {
      reservoir_id: id,
      previous_state: nullable(Type.Enum([...levelStates])),
      level_state: Type.Enum([...levelStates]),
      level_pct: Type.Number(),
      volume_liters: nullable(Type.Number()),
      reading_id: id,
      recorded_at: timestamp,
    },
    object,
  ),
  example: {
    reservoir_id: anId,
    previous_state: 'NORMAL',
    level_state: 'LOW',
    level_pct: 19.5,
    volume_liters: 975,
    reading_id: anId,
    recorded_at: '2026-03-01T08:30:00.000Z',
  },
});
