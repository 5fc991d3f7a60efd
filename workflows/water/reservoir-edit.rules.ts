import { canonicalJson } from '../shared/canonical-json.js';
import { assertGeometry } from './geometry.rules.js';
import type { Thresholds } from './level.contract.js';
import { assertThresholds, completeThresholds } from './level.rules.js';
import type { NewReservoir, ReservoirContent, ReservoirPatch } from './reservoir.contract.js';
import { assertCalibration, resolveCapacity } from './reservoir.rules.js';

type Field = keyof ReservoirContent;

/** A whole reservoir from a request: defaults filled in, an unreported capacity derived. */
export function newReservoir(request: NewReservoir): ReservoirContent {
  const thresholds = completeThresholds({
    fullPct: request.fullThresholdPct,
    lowPct: request.lowThresholdPct,
    criticalPct: request.criticalThresholdPct,
    hysteresisPct: request.hysteresisPct,
  });
  const geometry = request.geometry ?? null;
  return asserted({
    siteId: request.siteId,
    name: request.name,
    reservoirType: request.reservoirType,
    mobility: request.mobility,
    monitoringMode: request.monitoringMode,
    ...resolveCapacity(request.capacityLiters ?? null, geometry),
    geometry,
    heightMm: request.heightMm ?? null,
    sensorEmptyDistanceMm: request.sensorEmptyDistanceMm ?? null,
    sensorFullDistanceMm: request.sensorFullDistanceMm ?? null,
    safetyMarginPct: request.safetyMarginPct ?? 0,
    fullThresholdPct: thresholds.fullPct,
    lowThresholdPct: thresholds.lowPct,
    criticalThresholdPct: thresholds.criticalPct,
    hysteresisPct: thresholds.hysteresisPct,
    isPipeConnected: request.isPipeConnected ?? false,
    lat: request.lat ?? null,
    lng: request.lng ?? null,
  });
}

/**
 * The reservoir after a change. A capacity derived from the old geometry follows the new; a
 * reported capacity stays.
 */
export function editReservoir(before: ReservoirContent, patch: ReservoirPatch): ReservoirContent {
  const changes = Object.entries(patch).filter(([, value]) => value !== undefined);
  const after: ReservoirContent = { ...before, ...Object.fromEntries(changes) };
  if (patch.capacityLiters !== undefined)
    return asserted({ ...after, ...resolveCapacity(patch.capacityLiters, after.geometry) });
  const isDerived =
    before.capacityLiters === null || before.capacitySource === 'DERIVED_FROM_GEOMETRY';
  return asserted(
    patch.geometry !== undefined && isDerived
      ? { ...after, ...resolveCapacity(null, after.geometry) }
      : after,
  );
}

function asserted(content: ReservoirContent): ReservoirContent {
  if (content.geometry) assertGeometry(content.geometry);
  assertCalibration(content);
  assertThresholds(thresholdsOf(content));
  return content;
}

const thresholdsOf = (content: ReservoirContent): Thresholds => ({
  fullPct: content.fullThresholdPct,
  lowPct: content.lowThresholdPct,
  criticalPct: content.criticalThresholdPct,
  hysteresisPct: content.hysteresisPct,
});

/**
 * The fields with different values, in the order of the content; equal geometries may list fields
 * in different orders.
 */
export const changedFields = (before: ReservoirContent, after: ReservoirContent): Field[] =>
  (Object.keys(after) as Field[]).filter(
    (name) => canonicalJson(before[name]) !== canonicalJson(after[name]),
  );

/** The fields that turn a level into a volume: a reading names the version of the fields used. */
const measuring: readonly Field[] = [
  'geometry',
  'capacityLiters',
  'heightMm',
  'sensorEmptyDistanceMm',
  'sensorFullDistanceMm',
];
export const changesMeasurement = (changed: readonly Field[]): boolean =>
  changed.some((name) => measuring.includes(name));
