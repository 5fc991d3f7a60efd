import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { measuredKinds } from '../support/devices/measured-kinds.js';
import { createDeviceAlerts } from '../../workers/devices/device-alert.reaction.js';
import { createDatabase, platformAccountId, type Database } from '../../db/connection/database.js';
import { deviceStore } from '../../db/devices/device.store.js';
import type { CausingEvent } from '../../workers/relay/sink.js';
import type { ConnectivityState } from '../../workflows/devices/device.contract.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { aDevice, type TestDevice } from '../support/devices/device.js';

let test: TestDatabase;
let ingest: Database;
beforeAll(async () => {
  test = await createTestDatabase();
  ingest = createDatabase({ url: test.urls.ingest, contextKey: test.contextKey, poolMax: 1 });
});
afterAll(async () => {
  await ingest.close();
  await test.drop();
});

/** The device enters the state, and the event is delivered twice. */
async function becomes({ deviceId }: TestDevice, state: ConnectivityState): Promise<void> {
  await test.admin.query('update devices.devices set last_seen_at = now() where device_id = $1', [
    deviceId,
  ]);
  await ingest.transaction({ accountId: platformAccountId }, (scope) =>
    deviceStore(scope).recordConnectivity(deviceId, state),
  );
  const { rows } = await test.admin.query<CausingEvent>(
    `select event_id as "eventId", account_id as "accountId", event_type as "eventType", subject_id as "subjectId", payload
     from platform.events where subject_id = $1 order by subject_seq desc limit 1`,
    [deviceId],
  );
  const { updateDeviceAlerts } = createDeviceAlerts({ database: test.database, measuredKinds });
  for (const event of [...rows, ...rows]) await updateDeviceAlerts(event);
}
const alertsOf = async ({ deviceId }: TestDevice) =>
  (
    await test.admin.query<{ told: string }>(
      `select message_key || case when resolved_at is null then ' open' else '' end as told from notifications.alerts
       where subject_type = 'device' and subject_id = $1 order by alert_id`,
      [deviceId],
    )
  ).rows.map(({ told }) => told);

describe('a device that is not heard of', () => {
  it('has one open alert until it is heard of again', async () => {
    const device = await aDevice(test);
    await becomes(device, 'ONLINE');
    expect(await alertsOf(device)).toEqual([]);
    await becomes(device, 'OFFLINE');
    expect(await alertsOf(device)).toEqual(['device.offline open']);
    await becomes(device, 'ONLINE');
    expect(await alertsOf(device)).toEqual(['device.offline', 'device.online']);
    await becomes(device, 'OFFLINE');
    expect(await alertsOf(device)).toEqual([
      'device.offline',
      'device.online',
      'device.offline open',
    ]);
  });

  it('is told to nobody in maintenance, nor where it is attached to nobody', async () => {
    const [device, free] = [await aDevice(test), await aDevice(test, { isAttached: false })];
    await test.admin.query("update devices.devices set status = 'INACTIVE' where device_id = $1", [
      device.deviceId,
    ]);
    for (const each of [device, free]) {
      await becomes(each, 'ONLINE');
      await becomes(each, 'OFFLINE');
      expect(await alertsOf(each)).toEqual([]);
    }
  });
});
