import { failure } from '../shared/failure.js';
import type { Geometry } from './reservoir.contract.js';

type Table = Extract<Geometry, { shape: 'STRAPPING_TABLE' }>['points'];

const litersPerCubicMm = 1e-6;
/** Capacities allowed for a tank: the least is the rounding of litres. */
export const leastCapacityLiters = 0.001;
export const mostCapacityLiters = 1e12;

/**
 * Refuses shapes beyond a schema's power: a cone without a base, a strapping table without a rise,
 * a shape holding too little or too much.
 */
export function assertGeometry(geometry: Geometry): void {
  if (
    geometry.shape === 'FRUSTUM' &&
    geometry.bottom_diameter_mm === 0 &&
    geometry.top_diameter_mm === 0
  )
    throw failure('INVALID_GEOMETRY', { reason: 'NO_DIAMETER' });
  if (geometry.shape === 'STRAPPING_TABLE') assertRising(geometry.points);
  const capacityLiters = geometryCapacityLiters(geometry);
  if (
    capacityLiters !== undefined &&
    (capacityLiters < leastCapacityLiters || capacityLiters > mostCapacityLiters)
  )
    throw failure('INVALID_GEOMETRY', { reason: 'CAPACITY_OUT_OF_RANGE' });
}

function assertRising(points: Table): void {
  if (points.length < 2 || points[0]?.level_mm !== 0)
    throw failure('INVALID_GEOMETRY', { reason: 'TABLE_MUST_START_AT_ZERO' });
  const rises = points.every((point, index) => {
    const below = points[index - 1];
    return !below || (point.level_mm > below.level_mm && point.volume_liters > below.volume_liters);
  });
  if (!rises) throw failure('INVALID_GEOMETRY', { reason: 'TABLE_MUST_RISE' });
}

/** Height from the bottom to a full level. */
export function geometryHeightMm(geometry: Geometry): number {
  switch (geometry.shape) {
    case 'HORIZONTAL_CYLINDER':
    case 'SPHERE':
      return geometry.diameter_mm;
    case 'STRAPPING_TABLE':
      return geometry.points.at(-1)?.level_mm ?? 0;
    default:
      return geometry.height_mm;
  }
}

/** Litres in the full shape; undefined for CUSTOM, a shape without a formula. */
export function geometryCapacityLiters(geometry: Geometry): number | undefined {
  switch (geometry.shape) {
    case 'RECTANGULAR_PRISM':
      return geometry.length_mm * geometry.width_mm * geometry.height_mm * litersPerCubicMm;
    case 'VERTICAL_CYLINDER':
      return (Math.PI / 4) * geometry.diameter_mm ** 2 * geometry.height_mm * litersPerCubicMm;
    case 'HORIZONTAL_CYLINDER':
      return (Math.PI / 4) * geometry.diameter_mm ** 2 * geometry.length_mm * litersPerCubicMm;
    case 'SPHERE':
      return (Math.PI / 6) * geometry.diameter_mm ** 3 * litersPerCubicMm;
    case 'FRUSTUM': {
      const { bottom_diameter_mm: bottom, top_diameter_mm: top } = geometry;
      return (
        (Math.PI / 12) *
        geometry.height_mm *
        (bottom ** 2 + bottom * top + top ** 2) *
        litersPerCubicMm
      );
    }
    case 'STRAPPING_TABLE':
      return geometry.points.at(-1)?.volume_liters;
    case 'CUSTOM':
      return undefined;
  }
}

/**
 * Share of the capacity below a share of the height, both 0 to 1; exact at the ends and never
 * falling. A shape narrowing towards the top is computed from the empty part: `1 − (part above)`
 * loses no digits there.
 */
export function filledShare(geometry: Geometry, height: number): number {
  if (height >= 1) return 1;
  if (height <= 0) return geometry.shape === 'STRAPPING_TABLE' ? tableShare(geometry.points, 0) : 0;
  switch (geometry.shape) {
    case 'HORIZONTAL_CYLINDER':
      return fromNearerEnd(circleShare, height);
    case 'SPHERE':
      return fromNearerEnd(ballShare, height);
    case 'FRUSTUM':
      return frustumShare(geometry.bottom_diameter_mm, geometry.top_diameter_mm, height);
    case 'STRAPPING_TABLE':
      return tableShare(geometry.points, height);
    default:
      return height;
  }
}

const fromNearerEnd = (share: (height: number) => number, height: number): number =>
  height <= 0.5 ? share(height) : 1 - share(1 - height);

/**
 * Area of a circle's segment ÷ area of the circle: (θ − sin θ) / 2π, with θ the segment's angle.
 */
function circleShare(height: number): number {
  const angle = 4 * Math.asin(Math.sqrt(height));
  return (angle - Math.sin(angle)) / (2 * Math.PI);
}

/** Volume of a ball's cap ÷ volume of the ball: h²(3 − 2h), with h the share of the diameter. */
const ballShare = (height: number): number => height ** 2 * (3 - 2 * height);

function frustumShare(bottom: number, top: number, height: number): number {
  if (top < bottom) return 1 - frustumShare(top, bottom, 1 - height);
  const here = bottom + (top - bottom) * height;
  const share =
    (height * (bottom ** 2 + bottom * here + here ** 2)) / (bottom ** 2 + bottom * top + top ** 2);
  return Math.min(1, share);
}

function tableShare(points: Table, height: number): number {
  const last = points.at(-1);
  if (!last) return 0;
  const level = height * last.level_mm;
  const index = points.findIndex((point) => point.level_mm > level);
  const above = points[index];
  const below = points[index - 1];
  if (!above || !below) return 1;
  const step = (level - below.level_mm) / (above.level_mm - below.level_mm);
  return (
    Math.min(
      above.volume_liters,
      below.volume_liters + step * (above.volume_liters - below.volume_liters),
    ) / last.volume_liters
  );
}
