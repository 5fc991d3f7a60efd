import { findKind } from '../../workflows/devices/measured-kind.contract.js';
import { Type } from 'typebox';
import {
  deviceOversightViews,
  mostDrops,
  type DeviceOverviewRow,
  type OverseenDeviceRow,
} from '../../db/devices/device-oversight.views.js';
import { failure } from '../../workflows/shared/failure.js';
import { platformStaff, route, type Route } from '../route/route.js';
import {
  closedObject,
  component,
  namedAccount,
  nullable,
  page,
  pageQuery,
  timestamp,
  uuid,
} from '../route/schema.js';
import type { DeviceRouteParts } from './device.routes.js';
import { deviceFields as known, deviceId, unitParams } from './device.schemas.js';
import { ofEachKind, type MeasuredKindSchemas } from './measured-kind.contract.js';

const tag = 'Oversight';
const overseenDevice = (kinds: readonly MeasuredKindSchemas[]) =>
  component(
    'OverseenDevice',
    Type.Unsafe<OverseenDevice>(
      closedObject({
        device_id: deviceId,
        serial_number: Type.String(),
        connectivity_state: known.connectivity_state,
        last_seen_at: known.last_seen_at,
        account_id: nullable(uuid),
        ...Object.fromEntries(kinds.map(({ words }) => [words.idField, nullable(uuid)])),
      }),
    ),
  );
const deviceOverview = (kinds: readonly MeasuredKindSchemas[]) =>
  component(
    'DeviceOverview',
    Type.Unsafe<DeviceOverview>(
      closedObject({
        device_id: deviceId,
        inventory_unit: closedObject({
          serial_number: Type.String(),
          provisioning_status: Type.String({ examples: ['PROVISIONED'] }),
          assigned_to: nullable(
            Type.String({ ...uuid, description: 'The account that alone may attach it' }),
          ),
        }),
        operational_device: nullable(
          closedObject(
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
        attachment: nullable(
          ofEachKind(kinds, ({ words }) =>
            closedObject({ account_id: uuid, [words.idField]: uuid, attached_at: timestamp }),
          ),
        ),
        access: nullable(
          closedObject(
            {
              connected_at: nullable(timestamp),
              connected_from: nullable(Type.String()),
              refused_at: nullable(timestamp),
              refused_from: nullable(Type.String()),
              refusal_reason: nullable(Type.String({ examples: ['WRONG_PASSWORD'] })),
              refused_count: Type.Integer({ minimum: 0 }),
            },
            {
              description:
                'How it last came in over MQTT, and was last refused; null where it never tried',
            },
          ),
        ),
        drops: Type.Array(
          closedObject({
            drop_id: uuid,
            reason: Type.String({ examples: ['UNATTACHED'] }),
            count: Type.Integer({ minimum: 1 }),
            first_at: timestamp,
            last_at: timestamp,
            sample_base64: nullable(
              Type.String({
                description: 'The first of these messages as it came, or its beginning',
              }),
            ),
          }),
          { maxItems: mostDrops, description: 'What was acknowledged and not kept, last first' },
        ),
      }),
    ),
  );

type OverseenDevice = Omit<OverseenDeviceRow, 'kind' | 'thing_id'> & Record<string, unknown>;
type DeviceOverview = Omit<DeviceOverviewRow, 'attachment'> & {
  attachment: Record<string, unknown> | null;
};

/** A platform admin's view of all accounts' devices; each look is recorded in the audit log. */
export function createDeviceOversightRoutes(parts: DeviceRouteParts): Route[] {
  const { cursors: allCursors, measuredKinds, measuredKindSchemas } = parts;
  const cursors = allCursors.of('overseen-devices');

  /** A thing's id, in the field of the thing's kind. */
  function overseen({ kind: measured, thing_id, ...device }: OverseenDeviceRow): OverseenDevice {
    const ids = measuredKinds.map(({ kind, idField }) => [
      idField,
      kind === measured ? thing_id : null,
    ]);
    return { ...device, ...Object.fromEntries(ids) };
  }

  function overviewed(row: DeviceOverviewRow): DeviceOverview {
    const { attachment } = row;
    const kind = attachment && findKind(measuredKinds, attachment);
    if (!kind) return { ...row, attachment: null };
    const { account_id, attached_at, thing_id } = attachment;
    return { ...row, attachment: { account_id, [kind.idField]: thing_id, attached_at } };
  }

  const listOverseenDevices = route({
    method: 'get',
    path: '/v1/internal/devices',
    summary: "List everybody's devices, by whether they are heard of",
    tag,
    access: platformStaff(),
    audit: { action: 'device.oversee', subject: 'device', id: null },
    query: closedObject({
      ...pageQuery.properties,
      connectivity_state: Type.Optional(known.connectivity_state),
      account_id: namedAccount('Whose devices'),
    }),
    responses: { 200: page(overseenDevice(measuredKindSchemas)) },
  }).handledBy(async ({ scope, query }) => {
    const { connectivity_state: connectivity = null, account_id: accountId = null } = query;
    const { items, next_cursor } = await cursors.list(
      query,
      (after, limit) => deviceOversightViews(scope).page({ connectivity, accountId }, after, limit),
      ({ device_id }) => device_id,
    );
    return { status: 200, body: { items: items.map(overseen), next_cursor } };
  });

  const readDeviceOverview = route({
    method: 'get',
    path: '/v1/internal/devices/:device_id/overview',
    summary:
      'Read all that there is of a unit: inventory, registration, attachment, access and drops',
    tag,
    access: platformStaff(),
    audit: { action: 'device.oversee', subject: 'device' },
    params: unitParams,
    responses: { 200: deviceOverview(measuredKindSchemas) },
    errors: ['RESOURCE_NOT_FOUND'],
  }).handledBy(async ({ scope, params }) => {
    const row = await deviceOversightViews(scope).overview(params.device_id);
    if (!row) throw failure('RESOURCE_NOT_FOUND');
    return { status: 200, body: overviewed(row) };
  });

  return [listOverseenDevices, readDeviceOverview];
}
