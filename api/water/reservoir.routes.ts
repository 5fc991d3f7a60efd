import { Type, type Static } from 'typebox';
import type { ReadScope } from '../../db/connection/database.js';
import { reservoirRecords } from '../../db/water/reservoir.records.js';
import { reservoirViews } from '../../db/water/reservoir.views.js';
import { policy } from '../../workflows/identity/policy.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import type { ReservoirPatch } from '../../workflows/water/reservoir.contract.js';
import { member, resource, route, type Route } from '../route/route.js';
import { closedObject, page, pageQuery, uuid } from '../route/schema.js';
import { newReservoir, reservoir, reservoirPatch } from './reservoir.schemas.js';
import type { RecordRouteParts } from '../shared/route-parts.js';

const editors = policy['water.edit'];
const contradictions = ['INVALID_GEOMETRY', 'INVALID_CALIBRATION', 'INVALID_THRESHOLDS'] as const;
/**
 * A reading changes the level without changing the ETag, so a cache must never take an answer as
 * unchanged by the ETag.
 */
const alwaysFresh = { 'Cache-Control': 'no-store' };

export function createReservoirRoutes({
  cursors: allCursors,
}: Pick<RecordRouteParts, 'cursors'>): Route[] {
  const cursors = allCursors.of('reservoirs');

  const createReservoir = route({
    method: 'post',
    path: '/v1/accounts/:account_id/reservoirs',
    summary: 'Create a reservoir',
    description:
      'The capacity is the one given, else the geometry’s. A threshold that is left out takes its default (95, 20, 10) where that fits between the others; null switches its state off.',
    tag: 'Reservoirs',
    access: member(...editors),
    scope: 'water.write',
    audit: { action: 'reservoir.create', subject: 'reservoir' },
    uses: 'reservoirs',
    body: newReservoir,
    responses: { 201: reservoir },
    errors: contradictions,
  }).handledBy(async ({ scope, body }) => {
    const {
      site_id: siteId,
      name,
      reservoir_type: reservoirType,
      mobility,
      monitoring_mode: monitoringMode,
    } = body;
    const required = { siteId, name, reservoirType, mobility, monitoringMode };
    const reservoirId = await reservoirRecords(scope).create({ ...fields(body), ...required });
    return {
      status: 201,
      body: await findReservoir(scope, reservoirId),
      headers: { Location: `/v1/reservoirs/${reservoirId}` },
    };
  });

  const listReservoirs = route({
    method: 'get',
    path: '/v1/accounts/:account_id/reservoirs',
    summary: 'List the reservoirs of an account',
    tag: 'Reservoirs',
    access: member(),
    scope: 'water.read',
    query: closedObject({ ...pageQuery.properties, site_id: Type.Optional(uuid) }),
    responses: { 200: page(reservoir) },
  }).handledBy(async ({ scope, query: { limit, cursor, site_id: siteId = null } }) => {
    const [after = null] = cursors.decode(cursor) ?? [];
    const rows = await reservoirViews(scope).page(siteId, after as string | null, limit + 1);
    return { status: 200, body: cursors.page(rows, limit, ({ reservoir_id }) => [reservoir_id]) };
  });

  const readReservoir = route({
    method: 'get',
    path: '/v1/reservoirs/:reservoir_id',
    summary: 'Read a reservoir with its level',
    tag: 'Reservoirs',
    access: resource('reservoir', 'reservoir_id'),
    scope: 'water.read',
    responses: { 200: reservoir },
  }).handledBy(async ({ scope, params }) => ({
    status: 200,
    body: await findReservoir(scope, params.reservoir_id),
    headers: alwaysFresh,
  }));

  const updateReservoir = route({
    method: 'patch',
    path: '/v1/reservoirs/:reservoir_id',
    summary: 'Change a reservoir',
    description:
      'A JSON Merge Patch: what is left out stays, null empties. Location and geometry are replaced whole. A capacity that the geometry gave follows it.',
    tag: 'Reservoirs',
    access: resource('reservoir', 'reservoir_id', ...editors),
    scope: 'water.write',
    bodyResources: { site_id: 'site' },
    audit: { action: 'reservoir.update', subject: 'reservoir' },
    body: reservoirPatch,
    responses: { 200: reservoir },
    errors: contradictions,
    concurrency: 'if-match',
  }).handledBy(async ({ scope, params, body, ifMatch }) => {
    await reservoirRecords(scope).update(params.reservoir_id, ifMatch, fields(body));
    return { status: 200, body: await findReservoir(scope, params.reservoir_id) };
  });

  const deleteReservoir = route({
    method: 'delete',
    path: '/v1/reservoirs/:reservoir_id',
    summary: 'Delete a reservoir without device and orders',
    tag: 'Reservoirs',
    access: resource('reservoir', 'reservoir_id', ...editors),
    scope: 'water.write',
    audit: { action: 'reservoir.delete', subject: 'reservoir' },
    responses: { 204: null },
    errors: ['RESERVOIR_IN_USE'],
  }).handledBy(async ({ scope, params }) => {
    await reservoirRecords(scope).delete(params.reservoir_id);
    return { status: 204 };
  });

  return [createReservoir, listReservoirs, readReservoir, updateReservoir, deleteReservoir];
}

async function findReservoir(scope: ReadScope, reservoirId: string) {
  const reservoirView = await reservoirViews(scope).byId(reservoirId);
  if (!reservoirView) throw failure('RESOURCE_NOT_FOUND');
  return reservoirView;
}

const fields = (body: Static<typeof reservoirPatch>): ReservoirPatch => ({
  siteId: body.site_id,
  name: body.name,
  reservoirType: body.reservoir_type,
  mobility: body.mobility,
  monitoringMode: body.monitoring_mode,
  capacityLiters: body.capacity_liters,
  geometry: body.geometry,
  heightMm: body.height_mm,
  sensorEmptyDistanceMm: body.sensor_empty_distance_mm,
  sensorFullDistanceMm: body.sensor_full_distance_mm,
  safetyMarginPct: body.safety_margin_pct,
  fullThresholdPct: body.full_threshold_pct,
  lowThresholdPct: body.low_threshold_pct,
  criticalThresholdPct: body.critical_threshold_pct,
  hysteresisPct: body.hysteresis_pct,
  isPipeConnected: body.is_pipe_connected,
  lat: body.location === null ? null : body.location?.lat,
  lng: body.location === null ? null : body.location?.lng,
});
