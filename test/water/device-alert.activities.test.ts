import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDeviceAlertActivities } from '../../activities/water/device-alert.activities.js';
import { createDatabase, type Database } from '../../db/shared/database.js';
import { createDeviceStore } from '../../db/water/device.store.js';
import type { CausingEvent } from '../../activities/water/alert.activities.js';
import type { ConnectivityState } from '../../workflows/water/device.contract.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { aDevice, type TestDevice } from '../support/device.js';

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

/** The device becomes this, and its event is delivered twice. */
async function becomes({ deviceId }: TestDevice, state: ConnectivityState): Promise<void> {
  await test.admin.query('update water.devices set last_seen_at = now() where device_id = $1', [deviceId]);
  await ingest.inPlatform((trx) => createDeviceStore(trx).recordConnectivity(deviceId, state));
  const { rows } = await test.admin.query<CausingEvent>(
    `select event_id as "eventId", account_id as "accountId", event_type as "eventType", subject_id as "subjectId", payload
     from platform.events where subject_id = $1 order by subject_seq desc limit 1`,
    [deviceId],
  );
  const { updateDeviceAlerts } = createDeviceAlertActivities({ database: test.database });
  for (const event of [...rows, ...rows]) await updateDeviceAlerts(event);
}
const alertsOf = async ({ deviceId }: TestDevice) =>
  (
    await test.admin.query<{ told: string }>(
      `select message_key || case when resolved_at is null then ' open' else '' end as told from water.alerts
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
    expect(await alertsOf(device)).toEqual(['device.offline', 'device.online', 'device.offline open']);
  });

  it('is told to nobody in maintenance, nor where it is attached to nobody', async () => {
    const [device, free] = [await aDevice(test), await aDevice(test, { isAttached: false })];
    await test.admin.query("update water.devices set status = 'INACTIVE' where device_id = $1", [device.deviceId]);
    for (const each of [device, free]) {
      await becomes(each, 'ONLINE');
      await becomes(each, 'OFFLINE');
      expect(await alertsOf(each)).toEqual([]);
    }
  });
});
