/** Tells of: device-unit.records. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../db/shared/id.js';
import { platformAccountId } from '../../db/connection/database.js';
import { deviceRecords } from '../../db/devices/device.records.js';
import {
  deviceUnitRecords,
  hashDevicePassword,
  type DeviceUnit,
} from '../../db/devices/device-unit.records.js';
import { asFailure } from '../../workflows/shared/failure.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { transacted } from '../support/servers/transacted.js';
import { aDevice, aDeviceId } from '../support/devices/device.js';

const principalId = newId();
let test: TestDatabase;
let units: ReturnType<typeof deviceUnitRecords>;
let devices: Pick<ReturnType<typeof deviceRecords>, 'register'>;
beforeAll(async () => {
  test = await createTestDatabase();
  const platform = { accountId: platformAccountId, principalId };
  units = transacted(test.database, platform, (scope) =>
    deviceUnitRecords(scope, { codeKey: 'a key of tests' }),
  );
  devices = transacted(test.database, platform, deviceRecords);
});
afterAll(() => test.drop());

const aUnit = (changes: Partial<DeviceUnit> = {}): DeviceUnit => ({
  deviceId: aDeviceId(),
  serialNumber: `JL-${randomBytes(3).toString('hex').toUpperCase()}`,
  provisioningStatus: 'PROVISIONED',
  ...changes,
});
const store = (unit: DeviceUnit, isPasswordRotated = false) =>
  units.store(unit, { isPasswordRotated });
const eventsOf = async (deviceId: string): Promise<string[]> =>
  (
    await test.admin.query<{ event_type: string }>(
      'select event_type from platform.events where subject_id = $1 order by subject_seq',
      [deviceId],
    )
  ).rows.map(({ event_type }) => event_type);
const unitRow = async ({ deviceId }: DeviceUnit) =>
  (
    await test.admin.query<{
      metadata: object;
      mqtt_password_hash: Buffer;
      provisioning_status: string;
    }>(
      'select metadata, mqtt_password_hash, provisioning_status from devices.device_units where device_id = $1',
      [deviceId],
    )
  ).rows[0];
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => asFailure(error)?.code ?? error,
  );

describe('a unit of the inventory', () => {
  it('is told once, and the same content again changes nothing', async () => {
    const unit = aUnit({ metadata: { batch: 7 } });
    const { isNew, password } = await store(unit);
    expect([isNew, Buffer.from(password ?? '', 'base64url')]).toEqual([
      true,
      expect.objectContaining({ length: 32 }),
    ]);
    expect(await store(unit)).toEqual({ isNew: false, password: null });
    const { metadata: _, ...withoutMetadata } = unit;
    expect(await store(withoutMetadata)).toEqual({ isNew: false, password: null });
    expect(await eventsOf(unit.deviceId)).toEqual(['DEVICE_INVENTORY_UNIT_STORED']);
    expect(await unitRow(unit)).toEqual({
      metadata: { batch: 7 },
      mqtt_password_hash: hashDevicePassword(password ?? ''),
      provisioning_status: 'PROVISIONED',
    });
  });

  it('keeps its password when it changes, and gets another when that is asked for', async () => {
    const unit = aUnit();
    const { password } = await store(unit);
    expect(await store({ ...unit, provisioningStatus: 'DISABLED' })).toEqual({
      isNew: false,
      password: null,
    });
    expect((await unitRow(unit))?.mqtt_password_hash).toEqual(hashDevicePassword(password ?? ''));
    const { password: rotated } = await store(unit, true);
    expect((await unitRow(unit))?.mqtt_password_hash).toEqual(hashDevicePassword(rotated ?? ''));
    expect(rotated).not.toBe(password);
    expect(await eventsOf(unit.deviceId)).toHaveLength(3);
  });

  it('has a serial number that no other unit has, also when two take it at once', async () => {
    const { serialNumber } = aUnit();
    const rivals = [aUnit({ serialNumber }), aUnit({ serialNumber }), aUnit({ serialNumber })];
    const outcomes = await Promise.all(rivals.map((unit) => codeOf(store(unit))));
    expect(outcomes.sort()).toEqual(['DEVICE_ALREADY_EXISTS', 'DEVICE_ALREADY_EXISTS', 'done']);
  });

  it('may be given another serial number, and its device has it as well', async () => {
    const unit = aUnit();
    await store(unit);
    await devices.register(unit);
    const { serialNumber } = aUnit();
    await store({ ...unit, serialNumber });
    const { rows } = await test.admin.query(
      'select serial_number from devices.devices where device_id = $1',
      [unit.deviceId],
    );
    expect(rows).toEqual([{ serial_number: serialNumber }]);
  });
});

describe('registering', () => {
  it('makes one device with its inbox, also when it is asked for twice at once', async () => {
    const unit = aUnit();
    await store(unit);
    const register = () => devices.register({ deviceId: unit.deviceId, firmwareVersion: '1.0.0' });
    const made = await Promise.all([register(), register(), register()]);
    expect(made.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect((await eventsOf(unit.deviceId)).slice(1)).toEqual(['DEVICE_REGISTERED']);
    const { rows } = await test.admin.query(
      'select 1 from devices.device_inboxes where device_id = $1',
      [unit.deviceId],
    );
    expect(rows).toHaveLength(1);
  });

  it('never takes back the firmware that the device has said', async () => {
    const unit = aUnit();
    await store(unit);
    await devices.register(unit);
    await test.admin.query(
      "update devices.devices set firmware_version = '2.0.0' where device_id = $1",
      [unit.deviceId],
    );
    await devices.register({
      deviceId: unit.deviceId,
      deviceType: 'FLOW_METER',
      firmwareVersion: '1.0.0',
    });
    const { rows } = await test.admin.query(
      'select device_type, firmware_version from devices.devices where device_id = $1',
      [unit.deviceId],
    );
    expect(rows).toEqual([{ device_type: 'FLOW_METER', firmware_version: '2.0.0' }]);
  });

  it('is refused before the unit is provisioned, after it is disabled, and for what is no unit', async () => {
    const unit = aUnit({ provisioningStatus: 'PENDING' });
    await store(unit);
    expect(await codeOf(devices.register(unit))).toBe('DEVICE_NOT_PROVISIONED');
    await store({ ...unit, provisioningStatus: 'DISABLED' });
    expect(await codeOf(devices.register(unit))).toBe('DEVICE_NOT_PROVISIONED');
    expect(await codeOf(devices.register(aUnit()))).toBe('RESOURCE_NOT_FOUND');
  });
});

describe('a change of a device', () => {
  it('is made and told by the account that has it, and by no other', async () => {
    const { accountId, deviceId } = await aDevice(test);
    const recordsOf = (editorAccountId: string) =>
      transacted(test.database, { accountId: editorAccountId, principalId }, deviceRecords);
    await recordsOf(accountId).update(deviceId, { name: 'Roof', intervalMs: 60_000 });
    await recordsOf(accountId).update(deviceId, { intervalMs: null });
    expect(await codeOf(recordsOf(newId()).update(deviceId, { name: 'Mine' }))).toBe(
      'RESOURCE_NOT_FOUND',
    );
    const { rows } = await test.admin.query(
      'select name, interval_ms, version from devices.devices where device_id = $1',
      [deviceId],
    );
    expect(rows).toEqual([{ name: 'Roof', interval_ms: null, version: 3 }]);
    expect(await eventsOf(deviceId)).toEqual(['DEVICE_UPDATED', 'DEVICE_UPDATED']);
  });
});
