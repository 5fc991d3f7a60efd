import { canonicalJson } from '../shared/canonical-json.js';
import { assertGeometry } from './geometry.rules.js';
import type { Thresholds } from './level.contract.js';
import { assertThresholds, completeThresholds } from './level.rules.js';
import type { NewReservoir, ReservoirContent, ReservoirPatch } from './reservoir.contract.js';
import { assertCalibration, resolveCapacity } from './reservoir.rules.js';

type Field = keyof ReservoirContent;

/** A whole reservoir from what was given: defaults filled in, capacity derived where it was not reported. */
export function newReservoir(given: NewReservoir): ReservoirContent {
  const thresholds = completeThresholds({
    fullPct: given.fullThresholdPct,
    lowPct: given.lowThresholdPct,
    criticalPct: given.criticalThresholdPct,
    hysteresisPct: given.hysteresisPct,
  });
  const geometry = given.geometry ?? null;
  return asserted({
    siteId: given.siteId,
    name: given.name,
    reservoirType: given.reservoirType,
    mobility: given.mobility,
    monitoringMode: given.monitoringMode,
    ...resolveCapacity(given.capacityLiters ?? null, geometry),
    geometry,
    heightMm: given.heightMm ?? null,
    sensorEmptyDistanceMm: given.sensorEmptyDistanceMm ?? null,
    sensorFullDistanceMm: given.sensorFullDistanceMm ?? null,
    safetyMarginPct: given.safetyMarginPct ?? 0,
    fullThresholdPct: thresholds.fullPct,
    lowThresholdPct: thresholds.lowPct,
    criticalThresholdPct: thresholds.criticalPct,
    hysteresisPct: thresholds.hysteresisPct,
    isPipeConnected: given.isPipeConnected ?? false,
    lat: given.lat ?? null,
    lng: given.lng ?? null,
  });
}

/** The reservoir after a change. A capacity that the old geometry gave follows the new one; a reported one stays. */
export function editReservoir(before: ReservoirContent, patch: ReservoirPatch): ReservoirContent {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  const after: ReservoirContent = { ...before, ...Object.fromEntries(given) };
  if (patch.capacityLiters !== undefined)
    return asserted({ ...after, ...resolveCapacity(patch.capacityLiters, after.geometry) });
  const isDerived = before.capacityLiters === null || before.capacitySource === 'DERIVED_FROM_GEOMETRY';
  return asserted(
    patch.geometry !== undefined && isDerived ? { ...after, ...resolveCapacity(null, after.geometry) } : after,
  );
}

function asserted(content: ReservoirContent): ReservoirContent {
  if (content.geometry) assertGeometry(content.geometry);
  assertCalibration(content);
  assertThresholds(thresholdsOf(content));
  return content;
}

export const thresholdsOf = (content: ReservoirContent): Thresholds => ({
  fullPct: content.fullThresholdPct,
  lowPct: content.lowThresholdPct,
  criticalPct: content.criticalThresholdPct,
  hysteresisPct: content.hysteresisPct,
});

/** The fields whose values differ, in the order of the content; two equal geometries may list their fields in different orders. */
export const changedFields = (before: ReservoirContent, after: ReservoirContent): Field[] =>
  (Object.keys(after) as Field[]).filter((name) => canonicalJson(before[name]) !== canonicalJson(after[name]));

/** What turns a level into a volume: readings keep which version of it made them. */
const measuring: readonly Field[] = [
  'geometry',
  'capacityLiters',
  'heightMm',
  'sensorEmptyDistanceMm',
  'sensorFullDistanceMm',
];
export const changesMeasurement = (changed: readonly Field[]): boolean =>
  changed.some((name) => measuring.includes(name));
