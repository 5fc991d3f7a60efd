import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDatabase, platformAccountId, type Database } from '../../db/connection/database.js';
import { accessNoteInbox } from '../../db/devices/access/access-note.inbox.js';
import { startAccessNotes } from '../../workers/gateway/access-notes.js';
import { createLogger } from '../../workers/observability/logger.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { aDevice, aDeviceId } from '../support/devices/device.js';

let test: TestDatabase;
/** As the role of the gateway. */
let database: Database;
beforeAll(async () => {
  test = await createTestDatabase();
  database = createDatabase({ url: test.urls.gateway, poolMax: 1 });
});
afterAll(async () => {
  await database.close();
  await test.drop();
});

const notes = () =>
  startAccessNotes({
    inbox: accessNoteInbox(database.statements({ accountId: platformAccountId })),
    logger: createLogger({ level: 'silent', process: 'test' }),
  });
const accessOf = async (deviceId: string) =>
  (await test.admin.query('select * from devices.device_access where device_id = $1', [deviceId]))
    .rows[0];

describe('how a device came in', () => {
  it('is kept with why it was refused last, attached or not, and of nothing that is no unit', async () => {
    const [device, unknown] = [await aDevice(test, { isAttached: false }), aDeviceId()];
    const first = notes();
    first.refused(device.deviceId, 'BAD_CREDENTIALS', '10.0.0.1');
    first.refused(device.deviceId, 'UNIT_DISABLED', '10.0.0.2');
    first.refused(unknown, 'BAD_CREDENTIALS', '10.0.0.3');
    await first.stop();
    expect(await accessOf(device.deviceId)).toMatchObject({
      connected_at: null,
      refusal_reason: 'UNIT_DISABLED',
      refused_from: '10.0.0.2',
      refused_count: 2,
    });
    const second = notes();
    second.connected(device.deviceId, '10.0.0.4');
    await second.stop();
    const access = await accessOf(device.deviceId);
    expect(access).toMatchObject({
      connected_from: '10.0.0.4',
      refusal_reason: 'UNIT_DISABLED',
      refused_count: 2,
    });
    expect(Date.parse(access.connected_at)).toBeGreaterThan(Date.parse(access.refused_at));
    expect(await accessOf(unknown)).toBeUndefined();
  });
});
