/** Tells of: telemetry-bridge.routes. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../db/shared/id.js';
import { measuredKinds } from '../support/devices/measured-kinds.js';
import { platformAccountId } from '../../db/connection/database.js';
import { telemetryStore } from '../../db/devices/telemetry.store.js';
import { parseTelemetry } from '../../workflows/devices/telemetry.rules.js';
import { transacted } from '../support/servers/transacted.js';
import { createDeviceApi, type DeviceApi } from '../support/api/device-api.js';
import { aDevice, aDeviceId, telemetry, type TestDevice } from '../support/devices/device.js';

let api: DeviceApi;
beforeAll(async () => {
  api = await createDeviceApi();
});
afterAll(() => api.close());

const pathOf = ({ accountId, deviceId }: TestDevice, rest = '') =>
  `/v1/accounts/${accountId}/devices/${deviceId}/telemetry${rest}`;
async function send({ deviceId }: TestDevice, ...seqs: number[]): Promise<void> {
  const parsed = seqs.map((seq) =>
    parseTelemetry(deviceId, telemetry(seq, 500, { odd_field: seq })),
  );
  await api.inbox.accept(
    parsed.flatMap((each) => ('message' in each ? [each.message] : [])),
    [],
  );
}

describe('telemetry', () => {
  it('is read back as it came, the newest by sequence and the last received first', async () => {
    const device = await aDevice(api.test);
    await api.get(pathOf(device, '/latest'), device.accountId).expect(404);
    await send(device, 1, 2, 7);
    await send(device, 3);
    const { body: latest } = await api.get(pathOf(device, '/latest'), device.accountId).expect(200);
    expect(latest).toMatchObject({
      device_id: device.deviceId,
      seq: 7,
      payload: { seq: 7, odd_field: 7 },
    });
    const { body: first } = await api.get(pathOf(device, '?limit=3'), device.accountId).expect(200);
    const { body: rest } = await api
      .get(pathOf(device, `?limit=3&cursor=${first.next_cursor}`), device.accountId)
      .expect(200);
    expect([...first.items, ...rest.items].map(({ seq }: { seq: number }) => seq)).toEqual([
      3, 7, 2, 1,
    ]);
    await api.get(pathOf(device, '?cursor=made-up'), device.accountId).expect(422);
  });

  it('comes with its reading once that is derived', async () => {
    const device = await aDevice(api.test);
    await send(device, 1, 2);
    const latest = async () =>
      (await api.get(pathOf(device, '/latest'), device.accountId).expect(200)).body;
    expect(await latest()).toMatchObject({ seq: 2, reading: null });
    await transacted(api.ingest, { accountId: platformAccountId }, (scope) =>
      telemetryStore(scope, { measuredKinds }),
    ).derive(device.deviceId);
    const { received_at: recordedAt, reading } = await latest();
    expect(reading).toEqual({
      reading_id: expect.any(String),
      reservoir_id: device.reservoirId,
      level_pct: 50,
      volume_liters: 500,
      recorded_at: recordedAt,
      is_backfill: false,
    });
  });

  it('is read for a period of its receiving', async () => {
    const device = await aDevice(api.test);
    await send(device, 1);
    await send(device, 2);
    const all = await api.get(pathOf(device), device.accountId).expect(200);
    const [second, first] = all.body.items as { received_at: string }[];
    const seqsIn = async (query: string) =>
      (await api.get(pathOf(device, `?${query}`), device.accountId).expect(200)).body.items.map(
        ({ seq }: { seq: number }) => seq,
      );
    expect(await seqsIn(`since=${second?.received_at}`)).toEqual([2]);
    expect(await seqsIn(`since=${first?.received_at}&until=${second?.received_at}`)).toEqual([1]);
    await api.get(pathOf(device, '?since=yesterday'), device.accountId).expect(422);
  });

  it('names the sequence numbers that are missing', async () => {
    const device = await aDevice(api.test);
    await send(device, 4, 5, 9, 20);
    const { body } = await api.get(pathOf(device, '/gaps?limit=1'), device.accountId).expect(200);
    expect(body.items).toEqual([{ from_seq: 6, to_seq: 8, missing_count: 3 }]);
    const next = await api
      .get(pathOf(device, `/gaps?cursor=${body.next_cursor}`), device.accountId)
      .expect(200);
    expect(next.body).toEqual({
      items: [{ from_seq: 10, to_seq: 19, missing_count: 10 }],
      next_cursor: null,
    });
    await send(device, 6, 7, 8);
    const filled = await api.get(pathOf(device, '/gaps'), device.accountId).expect(200);
    expect(filled.body.items).toHaveLength(1);
  });

  it('that was not kept is listed with its reason and what it began with', async () => {
    const device = await aDevice(api.test);
    const bytes = Buffer.from([0x7b, 0xff, 0x00]);
    const parsed = parseTelemetry(device.deviceId, bytes.toString('utf8'), bytes);
    if (!('dropped' in parsed)) throw new Error('readable');
    await api.inbox.accept(
      [],
      [
        parsed.dropped,
        { ...parsed.dropped, reason: 'MISSING_SEQ', bytes: undefined, payload: '{}' },
      ],
    );
    const { body: first } = await api
      .get(pathOf(device, '/drops?limit=1'), device.accountId)
      .expect(200);
    const { body: rest } = await api
      .get(pathOf(device, `/drops?cursor=${first.next_cursor}`), device.accountId)
      .expect(200);
    const drops = [...first.items, ...rest.items] as {
      reason: string;
      sample: string;
      sample_base64: string;
    }[];
    const byReason = new Map(drops.map((drop) => [drop.reason, drop]));
    expect(byReason.get('MISSING_SEQ')).toMatchObject({ count: 1, sample: '{}' });
    expect(byReason.get('UNREADABLE_JSON')?.sample_base64).toBe(bytes.toString('base64'));
    expect(drops).toHaveLength(2);
  });

  it('is told to nobody else', async () => {
    const device = await aDevice(api.test);
    await send(device, 1);
    const stranger = newId();
    for (const rest of ['', '/latest', '/gaps', '/drops'])
      await api.get(pathOf({ ...device, accountId: stranger }, rest), stranger).expect(404);
  });
});

describe('the bridge for CloudEvents', () => {
  const bridge = '/v1/internal/telemetry/cloudevents';
  const event = (subject: string, data: object) => ({
    specversion: '1.0',
    id: newId(),
    source: '/broker',
    type: 'MQTT.EventPublished',
    subject,
    ...data,
    time: '2026-03-01T08:30:00Z',
  });

  it('stores both shapes of payload once, however often they come', async () => {
    const device = await aDevice(api.test);
    const topic = `devices/${device.deviceId}/telemetry`;
    const batch = [
      event(topic, { data_base64: Buffer.from(telemetry(1)).toString('base64') }),
      event(topic, { data: JSON.parse(telemetry(2)) as object }),
      event(topic, { data: telemetry(3) }),
      event('something/else', { data: {} }),
    ];
    for (let i = 0; i < 2; i += 1) {
      const { body } = await api.post(bridge, 'admin', batch).expect(200);
      expect(body).toMatchObject({ received: 3, ignored: 1 });
    }
    const { body } = await api.get(pathOf(device), device.accountId).expect(200);
    expect(body.items.map(({ seq }: { seq: number }) => seq)).toEqual([3, 2, 1]);
  });

  it('counts what cannot be kept, with its reason', async () => {
    const [device, unknown] = [await aDevice(api.test), aDeviceId()];
    const batch = [
      event(`devices/${device.deviceId}/telemetry`, {
        data_base64: Buffer.from('not json').toString('base64'),
      }),
      event(`devices/${device.deviceId}/telemetry`, { data: { schema_version: 1 } }),
      event(`devices/${unknown}/telemetry`, { data: { seq: 1 } }),
    ];
    await api.post(bridge, 'admin', batch).expect(200);
    const { rows } = await api.test.admin.query(
      'select t.device_id, t.reason, t.count::int from devices.telemetry_drops t where t.device_id = any($1) order by t.reason',
      [[device.deviceId, unknown]],
    );
    expect(rows).toEqual([
      { device_id: device.deviceId, reason: 'MISSING_SEQ', count: 1 },
      { device_id: device.deviceId, reason: 'UNREADABLE_JSON', count: 1 },
      { device_id: unknown, reason: 'UNREGISTERED_DEVICE', count: 1 },
    ]);
  });

  it('answers each event by itself, and takes one alone', async () => {
    const device = await aDevice(api.test);
    const topic = `devices/${device.deviceId}/telemetry`;
    const good = event(topic, { data: { seq: 1 } });
    const batch = [
      good,
      { ...good, id: 'another type', type: 'com.example.else' },
      { id: 'no event' },
      { ...good, id: 'another topic', subject: 'devices/X/config' },
      { ...good, id: 'no number', data: { seq: 'one' } },
      { ...good, id: 'the next', data: { seq: 2 } },
    ];
    const { body } = await api.post(bridge, 'admin', batch).expect(200);
    const told = body.results.map(({ id, result, reason }: Record<string, string | null>) => [
      id,
      result,
      reason,
    ]);
    expect(told).toEqual([
      [good.id, 'TAKEN', null],
      ['another type', 'IGNORED', 'FOREIGN_TYPE'],
      ['no event', 'IGNORED', 'INVALID_EVENT'],
      ['another topic', 'IGNORED', 'FOREIGN_TOPIC'],
      ['no number', 'DROPPED', 'UNREADABLE_SEQ'],
      ['the next', 'TAKEN', null],
    ]);
    const single = { ...good, id: 'alone', data: { seq: 3 } };
    const alone = await api
      .post(bridge, 'admin', single)
      .set('Content-Type', 'application/cloudevents+json')
      .expect(200);
    expect(alone.body.results).toEqual([{ id: 'alone', result: 'TAKEN', reason: null }]);
    const { body: stored } = await api.get(pathOf(device), device.accountId).expect(200);
    expect(stored.items.map(({ seq }: { seq: number }) => seq)).toEqual([3, 2, 1]);
  });

  it('refuses what are no events at all, and everybody but platform admins', async () => {
    await api.post(bridge, 'admin', []).expect(422);
    await api.post(bridge, 'admin', ['text']).expect(422);
    await api.post(bridge, newId(), [event('devices/X/telemetry', {})]).expect(403);
  });
});
