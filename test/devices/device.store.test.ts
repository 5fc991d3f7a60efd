import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDatabase, platformAccountId, type Database } from '../../db/connection/database.js';
import { deviceStore } from '../../db/devices/device.store.js';
import type { ConnectivityState } from '../../workflows/devices/device.contract.js';
import { transacted } from '../support/servers/transacted.js';
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

const record = ({ deviceId }: TestDevice, state: ConnectivityState) =>
  transacted(ingest, { accountId: platformAccountId }, deviceStore).recordConnectivity(
    deviceId,
    state,
  );
const hearOf = ({ deviceId }: TestDevice) =>
  test.admin.query('update devices.devices set last_seen_at = now() where device_id = $1', [
    deviceId,
  ]);
async function standingOf({ deviceId }: TestDevice) {
  const { rows } = await test.admin.query<{ state: string; events: string[] }>(
    `select d.connectivity_state as state, array(select e.event_type from platform.events e
       where e.subject_id = d.device_id order by e.position) as events
     from devices.devices d where d.device_id = $1`,
    [deviceId],
  );
  return rows[0];
}

describe('the connectivity of a device', () => {
  it('changes nothing and tells nothing of a device that nobody has heard of since its pairing', async () => {
    const device = await aDevice(test);
    for (const state of ['OFFLINE', 'STALE', 'ONLINE'] as const) await record(device, state);
    expect(await standingOf(device)).toEqual({ state: 'NEVER_SEEN', events: [] });
    await hearOf(device);
    await record(device, 'OFFLINE');
    expect(await standingOf(device)).toEqual({ state: 'OFFLINE', events: ['DEVICE_OFFLINE'] });
  });

  it('is told at a change alone, however often it is written', async () => {
    const device = await aDevice(test);
    await hearOf(device);
    for (const state of ['STALE', 'STALE', 'OFFLINE', 'OFFLINE', 'ONLINE', 'ONLINE'] as const)
      await record(device, state);
    expect(await standingOf(device)).toEqual({
      state: 'ONLINE',
      events: ['DEVICE_STALE', 'DEVICE_OFFLINE', 'DEVICE_ONLINE'],
    });
  });
});
