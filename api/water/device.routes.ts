import type { Database } from '../../db/shared/database.js';
import { createDeviceRecords } from '../../db/water/device.records.js';
import { createDeviceViews } from '../../db/water/device.views.js';
import { failure } from '../../workflows/shared/failure.js';
import type { Cursors } from '../shared/cursor.js';
import { member, route, type Route } from '../shared/route.js';
import { pageQuery } from '../shared/schema.js';
import { device, devicePage, deviceParams, devicePatch } from './device.schemas.js';

const tag = 'Devices';
const editors = ['OWNER', 'ADMIN', 'MANAGER'] as const;
const base = '/v1/accounts/:account_id/devices';

/** The devices that are attached to an account's reservoirs. */
export function createDeviceRoutes({
  database,
  cursors: allCursors,
}: {
  database: Database;
  cursors: Cursors;
}): Route[] {
  const records = createDeviceRecords(database);
  const views = createDeviceViews(database.read);
  const cursors = allCursors.of('devices');

  async function show(accountId: string, deviceId: string) {
    const found = await views.byId(accountId, deviceId);
    if (!found) throw failure('RESOURCE_NOT_FOUND');
    return found;
  }

  return [
    route({
      method: 'get',
      path: base,
      summary: 'List the devices that are attached',
      tag,
      access: member(),
      query: pageQuery,
      responses: { 200: devicePage },
    }).handledBy(async ({ accountId, query: { limit, cursor } }) => {
      const [after = null] = cursors.decode(cursor) ?? [];
      const rows = await views.list(accountId, after as string | null, limit + 1);
      return { status: 200, body: cursors.page(rows, limit, ({ device_id }) => [device_id]) };
    }),

    route({
      method: 'get',
      path: `${base}/:device_id`,
      summary: 'Read a device',
      tag,
      access: member(),
      params: deviceParams,
      responses: { 200: device },
    }).handledBy(async ({ accountId, params }) => ({
      status: 200,
      body: await show(accountId, params.device_id),
      // Telemetry moves it without changing the ETag.
      headers: { 'Cache-Control': 'no-store' },
    })),

    route({
      method: 'patch',
      path: `${base}/:device_id`,
      summary: 'Change a device',
      description: 'A JSON Merge Patch: what is left out stays, null empties.',
      tag,
      access: member(...editors),
      audit: { action: 'device.update', subject: 'device' },
      params: deviceParams,
      body: devicePatch,
      responses: { 200: device },
    }).handledBy(async ({ accountId, caller, params: { device_id: deviceId }, body }) => {
      const { name, status, interval_seconds: seconds } = body;
      const intervalMs = typeof seconds === 'number' ? Math.round(seconds * 1_000) : seconds;
      const editor = { accountId, principalId: caller.principalId };
      await records.update(editor, deviceId, { name, status, intervalMs });
      return { status: 200, body: await show(accountId, deviceId) };
    }),

    route({
      method: 'post',
      path: `${base}/:device_id/reset-sequence`,
      summary: 'Let a device count anew',
      description:
        'After its counter has started again, where that was not found out by itself: from its next message on the numbers are those of a new epoch. What it sent before is kept, and is not taken in once more. Repeated before that message it changes nothing.',
      tag,
      access: member('OWNER', 'ADMIN'),
      audit: { action: 'device.reset-sequence', subject: 'device' },
      params: deviceParams,
      responses: { 200: device },
    }).handledBy(async ({ accountId, caller, params: { device_id: deviceId } }) => {
      await records.restartSequence({ accountId, principalId: caller.principalId }, deviceId);
      return { status: 200, body: await show(accountId, deviceId) };
    }),
  ];
}
