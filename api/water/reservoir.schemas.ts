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
import { quantity } from '../route/quantity.js';
import {
  component,
  described,
  location,
  nullable,
  closedObject,
  timestamp,
  uuid,
  etag,
  pct,
} from '../route/schema.js';
import { recordName as name } from './site.schemas.js';

const longestMm = 1e7;
const tableExample = [
  { level_mm: 0, volume_liters: 0 },
  { level_mm: 1000, volume_liters: 2500 },
];
const lengthMm = quantity(3, {
  minimum: 0.001,
  maximum: longestMm,
  description: 'Millimetres',
  examples: [2000],
});
const diameterOrPointMm = quantity(3, {
  minimum: 0,
  maximum: longestMm,
  description: 'Millimetres',
});
const liters = quantity(3, {
  minimum: leastCapacityLiters,
  maximum: mostCapacityLiters,
  description: 'Litres',
  examples: [5000],
});
const distanceMm = quantity(3, {
  minimum: 0,
  maximum: longestMm,
  description: 'Millimetres from the sensor',
});

const geometry = component(
  'Geometry',
  Type.Union(
    [
      closedObject({
        shape: Type.Literal('RECTANGULAR_PRISM'),
        length_mm: lengthMm,
        width_mm: lengthMm,
        height_mm: lengthMm,
      }),
      closedObject({
        shape: Type.Literal('VERTICAL_CYLINDER'),
        diameter_mm: lengthMm,
        height_mm: lengthMm,
      }),
      closedObject({
        shape: Type.Literal('HORIZONTAL_CYLINDER'),
        diameter_mm: lengthMm,
        length_mm: lengthMm,
      }),
      closedObject({ shape: Type.Literal('SPHERE'), diameter_mm: lengthMm }),
      closedObject({
        shape: Type.Literal('FRUSTUM'),
        bottom_diameter_mm: diameterOrPointMm,
        top_diameter_mm: diameterOrPointMm,
        height_mm: lengthMm,
      }),
      closedObject({
        shape: Type.Literal('STRAPPING_TABLE'),
        points: Type.Array(
          closedObject({
            level_mm: quantity(3, {
              minimum: 0,
              maximum: longestMm,
              description: 'Millimetres from the bottom',
            }),
            volume_liters: quantity(3, {
              minimum: 0,
              maximum: mostCapacityLiters,
              description: 'Litres up to there',
            }),
          }),
          {
            minItems: 2,
            maxItems: 500,
            description: 'Rising in level and volume, from level 0',
            examples: [tableExample],
          },
        ),
      }),
      closedObject({
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
  site_id: described(uuid, 'Where the tank is'),
  name: described(name, 'What people call it'),
  reservoir_type: described(Type.Enum([...reservoirTypes]), 'What kind of tank it is'),
  mobility: described(Type.Enum([...mobilities]), 'Whether it stays where it is'),
  monitoring_mode: described(
    Type.Enum([...monitoringModes]),
    'DEVICE: a sensor measures it; MANUAL: people read a gauge',
  ),
};
/** Nullable fields of a reservoir. A null threshold switches the threshold's state off. */
const emptiable = {
  capacity_liters: described(
    nullable(liters),
    'Litres when full; of the geometry where it is null, as far as that says it',
  ),
  geometry: described(
    nullable(geometry),
    'Shape and inner lengths in millimetres, which turn a level into a volume; null: volume in proportion to the level',
  ),
  height_mm: described(
    nullable(lengthMm),
    'Millimetres from the bottom to the level that counts as full',
  ),
  sensor_empty_distance_mm: described(
    nullable({ ...distanceMm, examples: [2000] }),
    'Millimetres from the sensor to the water when the tank is empty; both distances or neither',
  ),
  sensor_full_distance_mm: described(
    nullable({ ...distanceMm, examples: [150] }),
    'Millimetres from the sensor to the water when the tank is full',
  ),
  full_threshold_pct: described(
    nullable({ ...pct, examples: [95] }),
    'Percent of the height from which it is FULL',
  ),
  low_threshold_pct: described(
    nullable({ ...pct, examples: [20] }),
    'Percent of the height down to which it is LOW',
  ),
  critical_threshold_pct: described(
    nullable({ ...pct, examples: [10] }),
    'Percent of the height down to which it is CRITICAL',
  ),
  location: described(nullable(location), 'WGS 84, in degrees'),
};
const defaulted = {
  safety_margin_pct: described(pct, 'Percent of the capacity that is never sold'),
  hysteresis_pct: described(
    quantity(3, { minimum: 0, maximum: 50, examples: [3] }),
    'Percentage points beyond a threshold at which its state is left again',
  ),
  is_pipe_connected: described(Type.Boolean(), 'Whether a pipe fills it'),
};
const optional = Type.Partial(Type.Object({ ...emptiable, ...defaulted })).properties;

export const newReservoir = closedObject({ ...required, ...optional });
export const reservoirPatch = closedObject(
  { ...Type.Partial(Type.Object(required)).properties, ...optional },
  { minProperties: 1 },
);

const latestReading = closedObject({
  level_pct: described(pct, 'Percent of the height'),
  volume_liters: described(
    nullable(Type.Number({ minimum: 0 })),
    'Litres; null where the capacity is not known',
  ),
  battery_pct: described(nullable(Type.Number()), 'Percent, of the device that measured it'),
  recorded_at: described(timestamp, 'When it was received, or read by a person'),
  observed_at: described(nullable(timestamp), 'By the clock of the device: shown, never trusted'),
  source: described(Type.Enum([...readingSources]), 'DEVICE or MANUAL'),
});

export const reservoir = component(
  'Reservoir',
  closedObject({
    reservoir_id: described(uuid, 'Its id'),
    owner_principal_id: described(uuid, 'The account that it belongs to'),
    ...required,
    ...emptiable,
    ...defaulted,
    capacity_source: described(
      nullable(Type.Enum([...capacitySources])),
      'Where the capacity comes from',
    ),
    geometry_version: Type.Integer({
      minimum: 1,
      description:
        'Counts the changes of what turns a level into a volume; each reading keeps the one that made it',
    }),
    level_state: described(
      nullable(Type.Enum([...levelStates])),
      'By the thresholds, with hysteresis; null before the first reading',
    ),
    level_state_updated_at: described(nullable(timestamp), 'When the state changed last'),
    connectivity_state: described(
      Type.Enum(['ONLINE', 'STALE', 'OFFLINE', 'NEVER_SEEN', 'NO_DEVICE']),
      'Whether its device is heard of',
    ),
    device_id: described(nullable(Type.String()), 'The device that measures it; null for none'),
    latest_reading: described(nullable(latestReading), 'The reading that is its level now'),
    etag: described(etag, 'For If-Match'),
    created_at: described(timestamp, 'When it was made'),
    updated_at: described(timestamp, 'When it was changed last'),
  }),
);
