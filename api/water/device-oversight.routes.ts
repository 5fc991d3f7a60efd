import { Type } from 'typebox';
import { createDeviceOversightViews, mostDrops } from '../../db/water/device-oversight.views.js';
import { failure } from '../../workflows/shared/failure.js';
import { platformAdmin, route, type Route } from '../shared/route.js';
import { component, namedAccount, nullable, object, page, pageQuery, timestamp, uuid } from '../shared/schema.js';
import { device, deviceId, unitParams } from './device.schemas.js';
import type { RecordRouteParts } from './site.routes.js';

const tag = 'Oversight';
/** As the account sees them that has the device. */
const { properties: known } = device;
const overseenDevice = component(
  'OverseenDevice',
  object({
    device_id: deviceId,
    serial_number: Type.String(),
    connectivity_state: known.connectivity_state,
    last_seen_at: known.last_seen_at,
    account_id: nullable(uuid),
    reservoir_id: nullable(uuid),
  }),
);
const deviceOverview = component(
  'DeviceOverview',
  object({
    device_id: deviceId,
    inventory_unit: object({
      serial_number: Type.String(),
      provisioning_status: Type.String({ examples: ['PROVISIONED'] }),
      assigned_to: nullable(Type.String({ ...uuid, description: 'The account that alone may attach it' })),
    }),
    operational_device: nullable(
      object(
        {
          device_type: known.device_type,
          firmware_version: known.firmware_version,
          status: known.status,
          connectivity_state: known.connectivity_state,
          battery_pct: known.battery_pct,
          signal_strength_dbm: known.signal_strength_dbm,
          last_seen_at: known.last_seen_at,
          last_reading_at: known.last_reading_at,
        },
        { description: 'Null until it is registered' },
      ),
    ),
    attachment: nullable(object({ account_id: uuid, reservoir_id: uuid, attached_at: timestamp })),
    access: nullable(
      object(
        {
          connected_at: nullable(timestamp),
          connected_from: nullable(Type.String()),
          refused_at: nullable(timestamp),
          refused_from: nullable(Type.String()),
          refusal_reason: nullable(Type.String({ examples: ['WRONG_PASSWORD'] })),
          refused_count: Type.Integer({ minimum: 0 }),
        },
        { description: 'How it last came in over MQTT, and was last refused; null where it never tried' },
      ),
    ),
    drops: Type.Array(
      object({
        drop_id: uuid,
        reason: Type.String({ examples: ['UNATTACHED'] }),
        count: Type.Integer({ minimum: 1 }),
        first_at: timestamp,
        last_at: timestamp,
        sample_base64: nullable(
          Type.String({ description: 'The first of these messages as it came, or its beginning' }),
        ),
      }),
      { maxItems: mostDrops, description: 'What was acknowledged and not kept, last first' },
    ),
  }),
);

/** What a platform admin sees of devices, whoever has them; each look is written down. */
export function createDeviceOversightRoutes({ database, cursors: allCursors }: RecordRouteParts): Route[] {
  const views = createDeviceOversightViews(database.read);
  const cursors = allCursors.of('overseen-devices');

  return [
    route({
      method: 'get',
      path: '/v1/internal/devices',
      summary: "List everybody's devices, by whether they are heard of",
      tag,
      access: platformAdmin(),
      audit: { action: 'device.oversee', subject: 'device', id: null },
      query: object({
        ...pageQuery.properties,
        connectivity_state: Type.Optional(known.connectivity_state),
        account_id: namedAccount('Whose devices'),
      }),
      responses: { 200: page(overseenDevice) },
    }).handledBy(async ({ query: { limit, cursor, connectivity_state, account_id } }) => {
      const [after = null] = cursors.decode(cursor) ?? [];
      const filter = { connectivity: connectivity_state ?? null, accountId: account_id ?? null };
      const rows = await views.list(filter, after as string | null, limit + 1);
      return { status: 200, body: cursors.page(rows, limit, ({ device_id }) => [device_id]) };
    }),

    route({
      method: 'get',
      path: '/v1/internal/devices/:device_id/overview',
      summary: 'Read all that there is of a unit: inventory, registration, attachment, access and drops',
      tag,
      access: platformAdmin(),
      audit: { action: 'device.oversee', subject: 'device' },
      params: unitParams,
      responses: { 200: deviceOverview },
      errors: ['RESOURCE_NOT_FOUND'],
    }).handledBy(async ({ params: { device_id: id } }) => {
      const row = await views.overview(id);
      if (!row) throw failure('RESOURCE_NOT_FOUND');
      return { status: 200, body: row };
    }),
  ];
}
