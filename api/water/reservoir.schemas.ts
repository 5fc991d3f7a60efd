import { Type } from 'typebox';
import { leastCapacityLiters, mostCapacityLiters } from '../../workflows/water/geometry.rules.js';
import { levelStates } from '../../workflows/water/level.contract.js';
import {
  capacitySources,
  mobilities,
  monitoringModes,
  readingSources,
  reservoirTypes,
} from '../../workflows/water/reservoir.contract.js';
import { quantity } from '../shared/quantity.js';
import { component, location, nullable, object, timestamp, uuid } from '../shared/schema.js';
import { etag, recordName as name } from './site.schemas.js';

const longestMm = 1e7;
const lengthMm = quantity(3, {
  minimum: 0.001,
  maximum: longestMm,
  description: 'Millimetres',
  examples: [2000],
});
const diameterOrPointMm = quantity(3, { minimum: 0, maximum: longestMm, description: 'Millimetres' });
const liters = quantity(3, {
  minimum: leastCapacityLiters,
  maximum: mostCapacityLiters,
  description: 'Litres',
  examples: [5000],
});
const distanceMm = quantity(3, { minimum: 0, maximum: longestMm, description: 'Millimetres from the sensor' });
export const pct = quantity(3, { minimum: 0, maximum: 100, description: 'Percent', examples: [42.5] });

export const geometry = component(
  'Geometry',
  Type.Union(
    [
      object({
        shape: Type.Literal('RECTANGULAR_PRISM'),
        length_mm: lengthMm,
        width_mm: lengthMm,
        height_mm: lengthMm,
      }),
      object({ shape: Type.Literal('VERTICAL_CYLINDER'), diameter_mm: lengthMm, height_mm: lengthMm }),
      object({ shape: Type.Literal('HORIZONTAL_CYLINDER'), diameter_mm: lengthMm, length_mm: lengthMm }),
      object({ shape: Type.Literal('SPHERE'), diameter_mm: lengthMm }),
      object({
        shape: Type.Literal('FRUSTUM'),
        bottom_diameter_mm: diameterOrPointMm,
        top_diameter_mm: diameterOrPointMm,
        height_mm: lengthMm,
      }),
      object({
        shape: Type.Literal('STRAPPING_TABLE'),
        points: Type.Array(
          object({
            level_mm: quantity(3, { minimum: 0, maximum: longestMm, description: 'Millimetres' }),
            volume_liters: quantity(3, { minimum: 0, maximum: mostCapacityLiters, description: 'Litres' }),
          }),
          { minItems: 2, maxItems: 500, description: 'Rising in level and volume, from level 0' },
        ),
      }),
      object({
        shape: Type.Literal('CUSTOM'),
        height_mm: lengthMm,
        description: Type.Optional(Type.String({ maxLength: 500 })),
      }),
    ],
    {
      description: 'Inner lengths in millimetres. CUSTOM takes volume as proportional to level.',
      examples: [{ shape: 'VERTICAL_CYLINDER', diameter_mm: 1800, height_mm: 2000 }],
    },
  ),
);

const required = {
  site_id: uuid,
  name,
  reservoir_type: Type.Enum([...reservoirTypes]),
  mobility: Type.Enum([...mobilities]),
  monitoring_mode: Type.Enum([...monitoringModes]),
};
/** What may be emptied. A threshold that is null switches its state off. */
const emptiable = {
  capacity_liters: nullable(liters),
  geometry: nullable(geometry),
  height_mm: nullable(lengthMm),
  sensor_empty_distance_mm: nullable({ ...distanceMm, examples: [2000] }),
  sensor_full_distance_mm: nullable({ ...distanceMm, examples: [150] }),
  full_threshold_pct: nullable({ ...pct, examples: [95] }),
  low_threshold_pct: nullable({ ...pct, examples: [20] }),
  critical_threshold_pct: nullable({ ...pct, examples: [10] }),
  location: nullable(location),
};
const defaulted = {
  safety_margin_pct: pct,
  hysteresis_pct: quantity(3, { minimum: 0, maximum: 50, examples: [3] }),
  is_pipe_connected: Type.Boolean(),
};
const optional = Type.Partial(Type.Object({ ...emptiable, ...defaulted })).properties;

export const newReservoir = object({ ...required, ...optional });
export const reservoirPatch = object(
  { ...Type.Partial(Type.Object(required)).properties, ...optional },
  { minProperties: 1 },
);

const latestReading = object({
  level_pct: pct,
  volume_liters: nullable(Type.Number({ minimum: 0 })),
  battery_pct: nullable(Type.Number()),
  recorded_at: timestamp,
  observed_at: nullable(timestamp),
  source: Type.Enum([...readingSources]),
});

export const reservoir = component(
  'Reservoir',
  object({
    reservoir_id: uuid,
    owner_principal_id: uuid,
    ...required,
    ...emptiable,
    ...defaulted,
    capacity_source: nullable(Type.Enum([...capacitySources])),
    geometry_version: Type.Integer({
      minimum: 1,
      description: 'Counts the changes of what turns a level into a volume; each reading keeps the one that made it',
    }),
    level_state: nullable(Type.Enum([...levelStates])),
    level_state_updated_at: nullable(timestamp),
    connectivity_state: Type.Enum(['ONLINE', 'STALE', 'OFFLINE', 'NEVER_SEEN', 'NO_DEVICE']),
    device_id: nullable(Type.String()),
    latest_reading: nullable(latestReading),
    etag,
    created_at: timestamp,
    updated_at: timestamp,
  }),
);
