import { Type, type Static } from 'typebox';
import { createReservoirRecords } from '../../db/water/reservoir.records.js';
import { createReservoirViews } from '../../db/water/reservoir.views.js';
import { failure } from '../../workflows/shared/failure.js';
import type { ReservoirPatch } from '../../workflows/water/reservoir.contract.js';
import { member, resource, route, type Route } from '../shared/route.js';
import { object, page, pageQuery, uuid } from '../shared/schema.js';
import { newReservoir, reservoir, reservoirPatch } from './reservoir.schemas.js';
import type { RecordRouteParts } from './site.routes.js';

const editors = ['OWNER', 'ADMIN', 'MANAGER'] as const;
const contradictions = ['INVALID_GEOMETRY', 'INVALID_CALIBRATION', 'INVALID_THRESHOLDS'] as const;
/** A reading moves the level without changing the ETag, so an answer must not be taken as unchanged by it. */
const alwaysFresh = { 'Cache-Control': 'no-store' };

export function createReservoirRoutes({ database, cursors: allCursors }: RecordRouteParts): Route[] {
  const records = createReservoirRecords(database);
  const views = createReservoirViews(database.read);
  const cursors = allCursors.of('reservoirs');

  async function show(accountId: string, reservoirId: string) {
    const found = await views.byId(accountId, reservoirId);
    if (!found) throw failure('RESOURCE_NOT_FOUND');
    return found;
  }

  return [
    route({
      method: 'post',
      path: '/v1/accounts/:account_id/reservoirs',
      summary: 'Create a reservoir',
      description:
        'The capacity is the one given, else the geometry’s. A threshold that is left out takes its default (95, 20, 10) where that fits between the others; null switches its state off.',
      tag: 'Reservoirs',
      access: member(...editors),
      audit: { action: 'reservoir.create', subject: 'reservoir' },
      uses: 'reservoirs',
      body: newReservoir,
      responses: { 201: reservoir },
      errors: contradictions,
    }).handledBy(async ({ accountId, caller, body }) => {
      const { site_id: siteId, name, reservoir_type: reservoirType, mobility, monitoring_mode: monitoringMode } = body;
      const required = { siteId, name, reservoirType, mobility, monitoringMode };
      const editor = { accountId, principalId: caller.principalId };
      const reservoirId = await records.create(editor, { ...fields(body), ...required });
      return {
        status: 201,
        body: await show(accountId, reservoirId),
        headers: { Location: `/v1/reservoirs/${reservoirId}` },
      };
    }),

    route({
      method: 'get',
      path: '/v1/accounts/:account_id/reservoirs',
      summary: 'List the reservoirs of an account',
      tag: 'Reservoirs',
      access: member(),
      query: object({ ...pageQuery.properties, site_id: Type.Optional(uuid) }),
      responses: { 200: page(reservoir) },
    }).handledBy(async ({ accountId, query: { limit, cursor, site_id: siteId = null } }) => {
      const [after = null] = cursors.decode(cursor) ?? [];
      const rows = await views.list(accountId, siteId, after as string | null, limit + 1);
      return { status: 200, body: cursors.page(rows, limit, ({ reservoir_id }) => [reservoir_id]) };
    }),

    route({
      method: 'get',
      path: '/v1/reservoirs/:reservoir_id',
      summary: 'Read a reservoir with its level',
      tag: 'Reservoirs',
      access: resource('reservoir', 'reservoir_id'),
      responses: { 200: reservoir },
    }).handledBy(async ({ accountId, params }) => ({
      status: 200,
      body: await show(accountId, params.reservoir_id),
      headers: alwaysFresh,
    })),

    route({
      method: 'patch',
      path: '/v1/reservoirs/:reservoir_id',
      summary: 'Change a reservoir',
      description:
        'A JSON Merge Patch: what is left out stays, null empties. Location and geometry are replaced whole. A capacity that the geometry gave follows it.',
      tag: 'Reservoirs',
      access: resource('reservoir', 'reservoir_id', ...editors),
      audit: { action: 'reservoir.update', subject: 'reservoir' },
      body: reservoirPatch,
      responses: { 200: reservoir },
      errors: contradictions,
      concurrency: 'if-match',
    }).handledBy(async ({ accountId, caller, params, body, ifMatch }) => {
      const editor = { accountId, principalId: caller.principalId };
      await records.update(editor, params.reservoir_id, ifMatch, fields(body));
      return { status: 200, body: await show(accountId, params.reservoir_id) };
    }),

    route({
      method: 'delete',
      path: '/v1/reservoirs/:reservoir_id',
      summary: 'Delete a reservoir without device and orders',
      tag: 'Reservoirs',
      access: resource('reservoir', 'reservoir_id', ...editors),
      audit: { action: 'reservoir.delete', subject: 'reservoir' },
      responses: { 204: null },
      errors: ['RESERVOIR_IN_USE'],
    }).handledBy(async ({ accountId, caller, params }) => {
      await records.delete({ accountId, principalId: caller.principalId }, params.reservoir_id);
      return { status: 204 };
    }),
  ];
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
