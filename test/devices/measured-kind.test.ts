import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  createDatabase,
  createRolePool,
  platformAccountId,
  roleScope,
  type Database,
} from '../../db/connection/database.js';
import { attachmentStore } from '../../db/devices/attachment.store.js';
import { claimedUnitStore } from '../../db/devices/claimed-unit.store.js';
import { deviceViews } from '../../db/devices/device.views.js';
import type { MeasuredBatch, MeasuredKind } from '../../db/devices/measured-kind.contract.js';
import { telemetryInbox } from '../../db/devices/telemetry.inbox.js';
import { telemetryStore } from '../../db/devices/telemetry.store.js';
import { newId } from '../../db/shared/id.js';
import { parseTelemetry } from '../../workflows/devices/telemetry.rules.js';
import { transacted } from '../support/servers/transacted.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { aDevice } from '../support/devices/device.js';

const binId = newId();
const batches: MeasuredBatch[] = [];

/** Bins, of a domain unknown to devices. */
const bins: MeasuredKind = {
  kind: 'bin',
  idField: 'bin_id',
  occupiedCode: 'RESERVOIR_ALREADY_PAIRED',
  store: () => ({
    holdThing: async (thingId) => thingId === binId,
    deriveReadings: async (batch) => {
      batches.push(batch);
      return {
        lastReadingAt: batch.messages.at(-1)?.receivedAt ?? null,
        quietBand: { fromMm: 100, toMm: 900 },
        rejected: new Map([['TOO_STEEP', batch.messages.slice(0, 1)]]),
      };
    },
  }),
  views: () => ({
    describe: async () => new Map([[binId, { name: 'Bin 7', fields: { bin: { name: 'Bin 7' } } }]]),
    waiting: async () => [binId],
    reading: async () => undefined,
  }),
};
const measuredKinds = [bins];

let test: TestDatabase;
let ingest: Database;
beforeAll(async () => {
  test = await createTestDatabase();
  ingest = createDatabase({ url: test.urls.ingest, contextKey: test.contextKey });
});
afterAll(async () => {
  await ingest.close();
  await test.drop();
});

it('of another domain is attached, shown and derived without a word of devices about it', async () => {
  const { deviceId, accountId } = await aDevice(test, { isAttached: false });
  const request = {
    deviceId,
    accountId,
    principalId: newId(),
    thing: { kind: 'bin', thingId: binId },
  };
  const attach = (thingId: string) =>
    test.database.transaction({ accountId: platformAccountId }, async (scope) => {
      const unit = await claimedUnitStore(scope).hold(request);
      return scope.as({ accountId }, (step) =>
        attachmentStore(step, measuredKinds).attach(
          { ...request, thing: { kind: 'bin', thingId } },
          unit,
        ),
      );
    });
  await expect(attach(newId())).rejects.toMatchObject({ type: 'RESOURCE_NOT_FOUND' });
  expect(await attach(binId)).toEqual({ deviceId, thing: { kind: 'bin', thingId: binId } });

  const { rows: told } = await test.admin.query(
    `select e.event_version, e.payload from platform.events e where e.event_type = 'DEVICE_ATTACHED'`,
  );
  expect(told).toEqual([
    { event_version: 2, payload: { device_id: deviceId, kind: 'bin', thing_id: binId } },
  ]);
  const shown = await deviceViews(test.database.reads({ accountId }), measuredKinds).byId(deviceId);
  expect(shown).toMatchObject({ device_id: deviceId, bin: { name: 'Bin 7' } });

  const pool = createRolePool(test.urls.ingest);
  const parsed = parseTelemetry(
    deviceId,
    JSON.stringify({
      seq: 1,
      sensors: { load_cell: { grams: 12 }, ultrasonic: { raw_readings: [5] } },
    }),
  );
  if (!('message' in parsed)) throw new Error('a message that cannot be read');
  await telemetryInbox(roleScope(pool)).accept([parsed.message], []);
  await pool.end();
  await transacted(ingest, { accountId: platformAccountId }, (scope) =>
    telemetryStore(scope, { measuredKinds }),
  ).derive(deviceId);

  expect(batches).toMatchObject([
    {
      accountId,
      thingId: binId,
      messages: [{ seq: 1, turnNo: 1, distancesMm: [5], sensors: { load_cell: { grams: 12 } } }],
    },
  ]);
  const { rows: inboxes } = await test.admin.query(
    'select i.derived_to, i.quiet_from_mm, i.quiet_to_mm from devices.device_inboxes i where i.device_id = $1',
    [deviceId],
  );
  expect(inboxes).toEqual([{ derived_to: 1, quiet_from_mm: 100, quiet_to_mm: 900 }]);
  const { rows: rejected } = await test.admin.query(
    `select e.payload ->> 'reason' as reason from platform.events e where e.event_type = 'DEVICE_TELEMETRY_REJECTED'`,
  );
  expect(rejected).toEqual([{ reason: 'TOO_STEEP' }]);
});
