/** Tells of: telemetry-drop.store, telemetry.rules. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import {
  createDatabase,
  createRolePool,
  platformAccountId,
  roleScope,
  type Database,
} from '../../db/connection/database.js';
import { newId } from '../../db/shared/id.js';
import { telemetryInbox } from '../../db/devices/telemetry.inbox.js';
import { telemetryDropStore } from '../../db/devices/telemetry-drop.store.js';
import { measuredKinds } from '../support/devices/measured-kinds.js';
import { telemetryStore } from '../../db/devices/telemetry.store.js';
import { parseTelemetry } from '../../workflows/devices/telemetry.rules.js';
import type { TelemetryMessage } from '../../workflows/devices/telemetry.contract.js';
import { transacted } from '../support/servers/transacted.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import {
  aDevice,
  aDeviceId,
  aReservoir,
  telemetry,
  type TestDevice,
} from '../support/devices/device.js';

let test: TestDatabase;
let pool: pg.Pool;
let ingest: Database;
beforeAll(async () => {
  test = await createTestDatabase();
  pool = createRolePool(test.urls.ingest);
  ingest = createDatabase({ url: test.urls.ingest, contextKey: test.contextKey, poolMax: 3 });
});
afterAll(async () => {
  await Promise.all([pool.end(), ingest.close()]);
  await test.drop();
});

function message(deviceId: string, seq: number, payload = telemetry(seq)): TelemetryMessage {
  const parsed = parseTelemetry(deviceId, payload);
  if (!('message' in parsed)) throw new Error('not a message');
  return parsed.message;
}
const accept = (messages: TelemetryMessage[]) =>
  telemetryInbox(roleScope(pool)).accept(messages, []);
const derive = (deviceId: string) =>
  transacted(ingest, { accountId: platformAccountId }, (scope) =>
    telemetryStore(scope, { measuredKinds }),
  ).derive(deviceId);
const stored = async ({ deviceId }: TestDevice) => {
  const { rows } = await test.admin.query(
    'select seq, accepted_no from devices.device_telemetry_messages where device_id = $1 order by accepted_no',
    [deviceId],
  );
  return rows.map((row) => [Number(row.seq), Number(row.accepted_no)]);
};
const readings = async ({ reservoirId }: TestDevice) =>
  (
    await test.admin.query(
      'select device_seq, level_pct, is_backfill, telemetry_message_id from water.reservoir_readings where reservoir_id = $1 order by device_seq',
      [reservoirId],
    )
  ).rows;
const events = async (subjectId: string) =>
  (
    await test.admin.query(
      'select event_type, account_id, payload from platform.events where subject_id = $1 order by position',
      [subjectId],
    )
  ).rows;

describe('the telemetry inbox', () => {
  it('keeps each sequence number once, inside a batch, across batches and out of order', async () => {
    const device = await aDevice(test);
    const of = (seq: number) => message(device.deviceId, seq);
    expect(await accept([of(1), of(2), of(2), of(3)])).toEqual([
      { deviceId: device.deviceId, acceptedTo: 3, isUrgent: false },
    ]);
    expect(await accept([of(2), of(3)])).toEqual([]);
    expect(await accept([of(10), of(3), of(5)])).toEqual([
      { deviceId: device.deviceId, acceptedTo: 5, isUrgent: false },
    ]);
    expect(await stored(device)).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [5, 4],
      [10, 5],
    ]);
    const { rows } = await test.admin.query(
      'select seqs::text as seqs from devices.device_inboxes where device_id = $1',
      [device.deviceId],
    );
    expect(rows).toEqual([{ seqs: '{[1,4),[5,6),[10,11)}' }]);
  });

  it('calls a message urgent that lies outside the distances in which the level state stays', async () => {
    const device = await aDevice(test);
    const messageAt = (seq: number, distanceMm: number) =>
      message(device.deviceId, seq, telemetry(seq, distanceMm));
    const isUrgent = async (...messages: TelemetryMessage[]) =>
      (await accept(messages))[0]?.isUrgent;
    expect(await isUrgent(messageAt(1, 500))).toBe(false);
    await derive(device.deviceId);
    expect(await isUrgent(messageAt(2, 600))).toBe(false);
    expect(await isUrgent(messageAt(3, 500), messageAt(4, 750), messageAt(5, 500))).toBe(true);
    await derive(device.deviceId);
    expect(await isUrgent(messageAt(6, 500))).toBe(false);
  });

  it('keeps each message once when gateways race with the same messages', async () => {
    const devices = await Promise.all([1, 2, 3].map(() => aDevice(test)));
    const batch = devices.flatMap(({ deviceId }) =>
      Array.from({ length: 40 }, (_, i) => message(deviceId, i + 1)),
    );
    const racing = await Promise.all(
      [batch, [...batch].reverse(), batch, [...batch].reverse()].map(accept),
    );
    for (const device of devices) {
      expect(await stored(device)).toEqual(Array.from({ length: 40 }, (_, i) => [i + 1, i + 1]));
      expect(racing.flat().filter(({ deviceId }) => deviceId === device.deviceId)).toHaveLength(1);
    }
  });

  it('stores nothing of an unregistered or unattached device, and tells it once a device and reason', async () => {
    const unattached = await aDevice(test, { isAttached: false });
    const unknown = aDeviceId();
    const inbox = telemetryInbox(roleScope(pool));
    await inbox.accept(
      [message(unknown, 1), message(unknown, 2), message(unattached.deviceId, 1)],
      [{ deviceId: unknown, reason: 'MISSING_SEQ', payload: '{}' }],
    );
    await transacted(ingest, { accountId: platformAccountId }, telemetryDropStore).report(100);
    expect(await stored(unattached)).toEqual([]);
    expect(
      (await events(unknown))
        .map(({ event_type, account_id, payload }) => [
          event_type,
          account_id,
          payload.reason,
          payload.count,
        ])
        .sort(),
    ).toEqual([
      ['DEVICE_TELEMETRY_DROPPED_UNATTACHED', null, 'MISSING_SEQ', 1],
      ['DEVICE_TELEMETRY_DROPPED_UNATTACHED', null, 'UNREGISTERED_DEVICE', 2],
    ]);
    expect((await events(unattached.deviceId)).map(({ payload }) => payload.reason)).toEqual([
      'UNATTACHED',
    ]);
    expect(
      await transacted(ingest, { accountId: platformAccountId }, telemetryDropStore).report(100),
    ).toEqual([]);
  });

  it('has heard of a device of which nothing is kept, for the account of the messages alone', async () => {
    const device = await aDevice(test);
    const passedOn = await aDevice(test);
    const dropped = [device, passedOn].map(({ deviceId }) => ({
      deviceId,
      reason: 'UNREADABLE_JSON' as const,
      payload: 'rubbish',
    }));
    await telemetryInbox(roleScope(pool)).accept([], dropped);
    // As if another account had had the device at the first message.
    await test.admin.query(
      'update devices.telemetry_drops set account_id = null where device_id = $1',
      [passedOn.deviceId],
    );
    await transacted(ingest, { accountId: platformAccountId }, telemetryDropStore).report(100);
    const { rows } = await test.admin.query(
      'select device_id, last_seen_at is not null as is_seen from devices.devices where device_id = any($1)',
      [[device.deviceId, passedOn.deviceId]],
    );
    expect(new Map(rows.map(({ device_id, is_seen }) => [device_id, is_seen]))).toEqual(
      new Map([
        [device.deviceId, true],
        [passedOn.deviceId, false],
      ]),
    );
  });

  it('sets aside what PostgreSQL cannot read as JSON and keeps the rest of the batch', async () => {
    const device = await aDevice(test);
    const poison = message(device.deviceId, 2, '{"seq":2,"note":"\\ud800"}');
    await accept([message(device.deviceId, 1), poison, message(device.deviceId, 3)]);
    expect((await stored(device)).map(([seq]) => seq)).toEqual([1, 3]);
    const { rows } = await test.admin.query(
      'select reason, count::int from devices.telemetry_drops where device_id = $1',
      [device.deviceId],
    );
    expect(rows).toEqual([{ reason: 'UNREADABLE_TEXT', count: 1 }]);
  });
});

describe('deriving telemetry', () => {
  it('makes each message one reading, linked to it, however often it runs', async () => {
    const device = await aDevice(test);
    await accept([
      message(device.deviceId, 1, telemetry(1, 250)),
      message(device.deviceId, 2, telemetry(2, 500)),
    ]);
    const first = await derive(device.deviceId);
    expect(first).toMatchObject({ derivedTo: 2, hasMore: false });
    expect(await derive(device.deviceId)).toMatchObject({ derivedTo: 2, hasMore: false });
    const rows = await readings(device);
    expect(rows.map((row) => [Number(row.device_seq), row.level_pct])).toEqual([
      [1, 75],
      [2, 50],
    ]);
    const { rows: messages } = await test.admin.query(
      'select message_id from devices.device_telemetry_messages where device_id = $1 order by seq',
      [device.deviceId],
    );
    expect(rows.map((row) => row.telemetry_message_id)).toEqual(
      messages.map((row) => row.message_id),
    );
    expect(
      (await events(device.reservoirId)).filter((e) => e.event_type === 'RESERVOIR_LEVEL_READING'),
    ).toHaveLength(1);
  });

  it('is done once by two at the same time', async () => {
    const device = await aDevice(test);
    await accept(Array.from({ length: 20 }, (_, i) => message(device.deviceId, i + 1)));
    await Promise.all([derive(device.deviceId), derive(device.deviceId), derive(device.deviceId)]);
    expect(await readings(device)).toHaveLength(20);
  });

  it('marks an older message as back-fill, which neither moves the level nor tells a change', async () => {
    const device = await aDevice(test);
    await accept([
      message(device.deviceId, 5, telemetry(5, 500, { power: { battery_percentage: 80 } })),
    ]);
    await derive(device.deviceId);
    await accept([
      message(device.deviceId, 3, telemetry(3, 950, { power: { battery_percentage: 10 } })),
    ]);
    await derive(device.deviceId);
    expect(
      (await readings(device)).map((row) => [Number(row.device_seq), row.is_backfill]),
    ).toEqual([
      [3, true],
      [5, false],
    ]);
    const { rows } = await test.admin.query(
      'select level_state, level_pct from water.reservoir_levels where reservoir_id = $1',
      [device.reservoirId],
    );
    expect(rows).toEqual([{ level_state: 'NORMAL', level_pct: 50 }]);
    const { rows: devices } = await test.admin.query(
      'select battery_pct from devices.devices where device_id = $1',
      [device.deviceId],
    );
    expect(devices).toEqual([{ battery_pct: 80 }]);
  });

  it('tells a change of level once, with hysteresis', async () => {
    const device = await aDevice(test);
    const distances = [500, 710, 690, 705, 650, 660];
    await accept(distances.map((mm, i) => message(device.deviceId, i + 1, telemetry(i + 1, mm))));
    await derive(device.deviceId);
    const changes = (await events(device.reservoirId)).filter(
      (e) => e.event_type === 'RESERVOIR_LEVEL_STATE_CHANGED',
    );
    expect(changes.map(({ payload }) => payload.level_state)).toEqual(['LOW', 'NORMAL']);
  });

  it('says why a message makes no reading', async () => {
    const device = await aDevice(test);
    await accept([
      message(device.deviceId, 1, telemetry(1, -1)),
      message(device.deviceId, 2, '{"seq":2,"power":{"battery_percentage":50}}'),
    ]);
    await derive(device.deviceId);
    expect(await readings(device)).toEqual([]);
    const rejected = (await events(device.deviceId)).filter(
      (e) => e.event_type === 'DEVICE_TELEMETRY_REJECTED',
    );
    expect(
      rejected.map(({ account_id, payload }) => [account_id, payload.reason, payload.count]),
    ).toEqual([[device.accountId, 'NO_VALID_SAMPLES', 1]]);
  });

  it('goes by accepted numbers, not by clocks, for what the device was attached to', async () => {
    const device = await aDevice(test);
    await accept([message(device.deviceId, 1, telemetry(1, 500))]);
    const next = await aReservoir(test, device.accountId);
    const attachments = 'devices.device_attachments';
    await test.admin.query(`update ${attachments} set detached_at = now() where device_id = $1`, [
      device.deviceId,
    ]);
    await test.admin.query(
      `insert into ${attachments} (account_id, attachment_id, device_id, kind, thing_id) values ($1, $2, $3, 'reservoir', $4)`,
      [device.accountId, newId(), device.deviceId, next.reservoirId],
    );
    // As if the clock of PostgreSQL had been put back since.
    await test.admin.query(
      `update ${attachments} set attached_at = attached_at + interval '2 hours', detached_at = detached_at - interval '2 hours'
       where device_id = $1`,
      [device.deviceId],
    );
    await accept([
      message(device.deviceId, 2, telemetry(2, 250)),
      message(device.deviceId, 3, telemetry(3, 300)),
    ]);
    await derive(device.deviceId);
    const seqsOf = async (reservoirId: string) =>
      (await readings({ ...device, reservoirId })).map((row) => Number(row.device_seq));
    expect([await seqsOf(device.reservoirId), await seqsOf(next.reservoirId)]).toEqual([
      [1],
      [2, 3],
    ]);
    const { rows } = await test.admin.query(
      'select connectivity_state from devices.devices where device_id = $1',
      [device.deviceId],
    );
    expect(rows).toEqual([{ connectivity_state: 'ONLINE' }]);
  });
});
