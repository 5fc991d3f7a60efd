import type { ReadScope } from '../../db/connection/database.js';
import { deviceRecords } from '../../db/devices/device.records.js';
import { deviceViews } from '../../db/devices/device.views.js';
import type { MeasuredKind } from '../../db/devices/measured-kind.contract.js';
import { policy } from '../../workflows/identity/policy.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import type { RecordRouteParts } from '../shared/route-parts.js';
import { member, route, type Route } from '../route/route.js';
import { page, pageQuery } from '../route/schema.js';
import { deviceParams, devicePatch, deviceSchema } from './device.schemas.js';
import type { MeasuredKindSchemas } from './measured-kind.contract.js';

const tag = 'Devices';
const editors = policy['devices.edit'];
const base = '/v1/accounts/:account_id/devices';

/** The devices attached to an account. */
export interface DeviceRouteParts extends Pick<RecordRouteParts, 'cursors'> {
  measuredKinds: readonly MeasuredKind[];
  measuredKindSchemas: readonly MeasuredKindSchemas[];
}

export function createDeviceRoutes({
  cursors: allCursors,
  measuredKinds,
  measuredKindSchemas,
}: DeviceRouteParts): Route[] {
  const cursors = allCursors.of('devices');
  const device = deviceSchema(measuredKindSchemas);

  async function show(scope: ReadScope, deviceId: string) {
    const view = await deviceViews(scope, measuredKinds).byId(deviceId);
    if (!view) throw failure('RESOURCE_NOT_FOUND');
    return view;
  }

  const listDevices = route({
    method: 'get',
    path: base,
    summary: 'List the devices that are attached',
    tag,
    access: member(),
    scope: 'water.read',
    query: pageQuery,
    responses: { 200: page(device) },
  }).handledBy(async ({ scope, query }) => ({
    status: 200,
    body: await cursors.list(
      query,
      deviceViews(scope, measuredKinds).page,
      ({ device_id }) => device_id,
    ),
  }));

  const readDevice = route({
    method: 'get',
    path: `${base}/:device_id`,
    summary: 'Read a device',
    tag,
    access: member(),
    scope: 'water.read',
    params: deviceParams,
    responses: { 200: device },
  }).handledBy(async ({ scope, params }) => ({
    status: 200,
    body: await show(scope, params.device_id),
    // Telemetry changes the answer without changing the ETag.
    headers: { 'Cache-Control': 'no-store' },
  }));

  const updateDevice = route({
    method: 'patch',
    path: `${base}/:device_id`,
    summary: 'Change a device',
    description: 'A JSON Merge Patch: what is left out stays, null empties.',
    tag,
    access: member(...editors),
    scope: 'water.write',
    audit: { action: 'device.update', subject: 'device' },
    params: deviceParams,
    body: devicePatch,
    responses: { 200: device },
  }).handledBy(async ({ scope, params: { device_id: deviceId }, body }) => {
    const { name, status, interval_seconds: seconds } = body;
    const intervalMs = typeof seconds === 'number' ? Math.round(seconds * 1_000) : seconds;
    await deviceRecords(scope).update(deviceId, { name, status, intervalMs });
    return { status: 200, body: await show(scope, deviceId) };
  });

  const resetSequence = route({
    method: 'post',
    path: `${base}/:device_id/reset-sequence`,
    summary: 'Let a device count anew',
    description:
      'After its counter has started again, where that was not found out by itself: from its next message on the numbers are those of a new epoch. What it sent before is kept, and is not taken in once more. Repeated before that message it changes nothing.',
    tag,
    access: member(...policy['devices.reset']),
    scope: 'water.write',
    audit: { action: 'device.reset-sequence', subject: 'device' },
    params: deviceParams,
    responses: { 200: device },
  }).handledBy(async ({ scope, params: { device_id: deviceId } }) => {
    await deviceRecords(scope).restartSequence(deviceId);
    return { status: 200, body: await show(scope, deviceId) };
  });

  return [listDevices, readDevice, updateDevice, resetSequence];
}
