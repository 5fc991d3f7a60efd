import type { Database } from '../../db/shared/database.js';
import { createDeviceViews } from '../../db/water/device.views.js';
import { createTelemetryViews } from '../../db/water/telemetry.views.js';
import { failure } from '../../workflows/shared/failure.js';
import type { Cursors } from '../shared/cursor.js';
import { member, route, type Route } from '../shared/route.js';
import { pageQuery } from '../shared/schema.js';
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

/** What a device that is attached to the account sent while it was. */
export function createTelemetryRoutes({ database, cursors }: { database: Database; cursors: Cursors }): Route[] {
  const devices = createDeviceViews(database.read);
  const views = createTelemetryViews(database.read);
  const historyCursors = cursors.of('telemetry');
  const gapCursors = cursors.of('telemetry-gaps');
  const dropCursors = cursors.of('telemetry-drops');

  async function assertAttached(accountId: string, deviceId: string): Promise<void> {
    if (!(await devices.byId(accountId, deviceId))) throw failure('RESOURCE_NOT_FOUND');
  }

  return [
    route({
      method: 'get',
      path: `${base}/latest`,
      operationId: 'getLatestTelemetry',
      summary: 'Read the message with the highest sequence number, and its reading',
      tag,
      access: member(),
      params: deviceParams,
      responses: { 200: latestTelemetry },
      errors,
    }).handledBy(async ({ accountId, params: { device_id: deviceId } }) => {
      await assertAttached(accountId, deviceId);
      const latest = await views.latest(accountId, deviceId);
      if (!latest) throw failure('RESOURCE_NOT_FOUND');
      return { status: 200, body: latest };
    }),

    route({
      method: 'get',
      path: base,
      summary: 'List the messages of a device, last received first',
      tag,
      access: member(),
      params: deviceParams,
      query: telemetryQuery,
      responses: { 200: telemetryPage },
      errors,
    }).handledBy(async ({ accountId, params: { device_id: deviceId }, query }) => {
      const { limit, cursor, since = null, until = null } = query;
      await assertAttached(accountId, deviceId);
      const [before = null] = historyCursors.decode(cursor) ?? [];
      const rows = await views.history(accountId, deviceId, { since, until }, before as number | null, limit + 1);
      const { items, next_cursor } = historyCursors.page(rows, limit, ({ accepted_no }) => [accepted_no]);
      return { status: 200, body: { items: items.map(({ accepted_no: _, ...message }) => message), next_cursor } };
    }),

    route({
      method: 'get',
      path: `${base}/gaps`,
      summary: 'List the sequence numbers that are missing',
      tag,
      access: member(),
      params: deviceParams,
      query: pageQuery,
      responses: { 200: telemetryGapPage },
      errors,
    }).handledBy(async ({ accountId, params: { device_id: deviceId }, query: { limit, cursor } }) => {
      await assertAttached(accountId, deviceId);
      const [after = null] = gapCursors.decode(cursor) ?? [];
      const rows = await views.gaps(accountId, deviceId, after as number | null, limit + 1);
      return { status: 200, body: gapCursors.page(rows, limit, ({ to_seq }) => [to_seq]) };
    }),

    route({
      method: 'get',
      path: `${base}/drops`,
      summary: 'List what was acknowledged and not kept, last first',
      description: 'Counted by reason as its events tell it, with a sample; kept for 30 days.',
      tag,
      access: member(),
      params: deviceParams,
      query: pageQuery,
      responses: { 200: telemetryDropPage },
      errors,
    }).handledBy(async ({ accountId, params: { device_id: deviceId }, query: { limit, cursor } }) => {
      await assertAttached(accountId, deviceId);
      const [lastAt = null, dropId = null] = dropCursors.decode(cursor) ?? [];
      const after = [lastAt as string | null, dropId as string | null] as const;
      const rows = await views.drops(accountId, deviceId, after, limit + 1);
      return { status: 200, body: dropCursors.page(rows, limit, ({ last_at, drop_id }) => [last_at, drop_id]) };
    }),
  ];
}
