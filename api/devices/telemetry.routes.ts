import type { ReadScope } from '../../db/connection/database.js';
import { deviceViews } from '../../db/devices/device.views.js';
import { telemetryViews } from '../../db/devices/telemetry.views.js';
import { failure } from '../../workflows/shared/failure.js';
import { member, route, type Route } from '../route/route.js';
import { pageQuery } from '../route/schema.js';
import type { DeviceRouteParts } from './device.routes.js';
import { deviceParams } from './device.schemas.js';
import {
  latestTelemetry,
  telemetryDropPage,
  telemetryGapPage,
  telemetryPage,
  telemetryQuery,
} from './telemetry.schemas.js';

const tag = 'Telemetry';
const base = '/v1/accounts/:account_id/devices/:device_id/telemetry';
const errors = ['RESOURCE_NOT_FOUND'] as const;

/** Messages of the account's devices, from the time of each attachment. */
export function createTelemetryRoutes({
  cursors,
  measuredKinds,
  measuredKindSchemas,
}: DeviceRouteParts): Route[] {
  const historyCursors = cursors.of('telemetry');
  const gapCursors = cursors.of('telemetry-gaps');
  const dropCursors = cursors.of('telemetry-drops');

  /** Views of an attached device; other devices are answered as missing. */
  async function viewsOf(scope: ReadScope, deviceId: string) {
    if (!(await deviceViews(scope, measuredKinds).isAttached(deviceId)))
      throw failure('RESOURCE_NOT_FOUND');
    return telemetryViews(scope, measuredKinds);
  }

  const readLatestTelemetry = route({
    method: 'get',
    path: `${base}/latest`,
    operationId: 'getLatestTelemetry',
    summary: 'Read the message with the highest sequence number, and its reading',
    tag,
    access: member(),
    scope: 'water.read',
    params: deviceParams,
    responses: { 200: latestTelemetry(measuredKindSchemas) },
    errors,
  }).handledBy(async ({ scope, params: { device_id: deviceId } }) => {
    const views = await viewsOf(scope, deviceId);
    const latest = await views.latest(deviceId);
    if (!latest) throw failure('RESOURCE_NOT_FOUND');
    return { status: 200, body: latest };
  });

  const listTelemetry = route({
    method: 'get',
    path: base,
    summary: 'List the messages of a device, last received first',
    tag,
    access: member(),
    scope: 'water.read',
    params: deviceParams,
    query: telemetryQuery,
    responses: { 200: telemetryPage },
    errors,
  }).handledBy(async ({ scope, params: { device_id: deviceId }, query }) => {
    const { since = null, until = null } = query;
    const views = await viewsOf(scope, deviceId);
    const { items, next_cursor } = await historyCursors.list(
      query,
      (before: number | null, count) => views.history(deviceId, { since, until }, before, count),
      ({ accepted_no }) => accepted_no,
    );
    return {
      status: 200,
      body: { items: items.map(({ accepted_no: _, ...message }) => message), next_cursor },
    };
  });

  const listGaps = route({
    method: 'get',
    path: `${base}/gaps`,
    summary: 'List the sequence numbers that are missing',
    tag,
    access: member(),
    scope: 'water.read',
    params: deviceParams,
    query: pageQuery,
    responses: { 200: telemetryGapPage },
    errors,
  }).handledBy(async ({ scope, params: { device_id: deviceId }, query }) => {
    const views = await viewsOf(scope, deviceId);
    const body = await gapCursors.list(
      query,
      (after: number | null, count) => views.gaps(deviceId, after, count),
      ({ to_seq }) => to_seq,
    );
    return { status: 200, body };
  });

  const listDrops = route({
    method: 'get',
    path: `${base}/drops`,
    summary: 'List what was acknowledged and not kept, last first',
    description: 'Counted by reason as its events tell it, with a sample; kept for 30 days.',
    tag,
    access: member(),
    scope: 'water.read',
    params: deviceParams,
    query: pageQuery,
    responses: { 200: telemetryDropPage },
    errors,
  }).handledBy(async ({ scope, params: { device_id: deviceId }, query: { limit, cursor } }) => {
    const views = await viewsOf(scope, deviceId);
    const position = dropCursors.decode(cursor) as readonly [string, string] | undefined;
    const before = position ? { lastAt: position[0], dropId: position[1] } : null;
    const rows = await views.drops(deviceId, before, limit + 1);
    return {
      status: 200,
      body: dropCursors.page(rows, limit, ({ last_at, drop_id }) => [last_at, drop_id]),
    };
  });

  return [readLatestTelemetry, listTelemetry, listGaps, listDrops];
}
