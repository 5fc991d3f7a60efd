import { randomBytes, randomInt } from 'node:crypto';
import { newId } from '../../../db/shared/id.js';
import { hashDevicePassword } from '../../../db/devices/device-unit.records.js';
import type { TestDatabase } from '../servers/database.js';

export interface TestDevice {
  deviceId: string;
  password: string;
  accountId: string;
  siteId: string;
  reservoirId: string;
}

export const aDeviceId = (): string => randomBytes(6).toString('hex').toUpperCase();

/** A tank 1,000 mm high and straight: the distance to the water is the level, turned round. */
export async function aReservoir(
  { admin }: TestDatabase,
  accountId: string,
): Promise<{ siteId: string; reservoirId: string }> {
  const [siteId, reservoirId] = [newId(), newId()];
  await admin.query(
    "insert into water.sites (account_id, site_id, name, site_type) values ($1, $2, 'Site', 'DEPOT')",
    [accountId, siteId],
  );
  await admin.query(
    `insert into water.reservoirs (account_id, reservoir_id, site_id, name, reservoir_type, mobility, monitoring_mode, capacity_liters,
       capacity_source, height_mm, sensor_empty_distance_mm, sensor_full_distance_mm, full_threshold_pct, low_threshold_pct, critical_threshold_pct)
     values ($1, $2, $3, 'Tank', 'TANK', 'FIXED', 'DEVICE', 1000, 'REPORTED', 1000, 1000, 0, 95, 30, 10)`,
    [accountId, reservoirId, siteId],
  );
  return { siteId, reservoirId };
}

/** A registered device of an account; attached to a new reservoir unless refused. */
export async function aDevice(
  test: TestDatabase,
  options: { accountId?: string; isAttached?: boolean } = {},
): Promise<TestDevice> {
  const { accountId = newId(), isAttached = true } = options;
  const [deviceId, password] = [aDeviceId(), randomBytes(16).toString('hex')];
  const serial = `JL-${randomInt(36 ** 5, 36 ** 6)
    .toString(36)
    .toUpperCase()}`;
  await test.admin.query(
    "insert into devices.device_units (device_id, serial_number, provisioning_status, mqtt_password_hash, claimed_by) values ($1, $2, 'PROVISIONED', $3, $4)",
    [deviceId, serial, hashDevicePassword(password), accountId],
  );
  await test.admin.query('insert into devices.devices (device_id, serial_number) values ($1, $2)', [
    deviceId,
    serial,
  ]);
  await test.admin.query('insert into devices.device_inboxes (device_id) values ($1)', [deviceId]);
  const { siteId, reservoirId } = await aReservoir(test, accountId);
  if (isAttached) {
    await test.admin.query(
      `insert into devices.device_attachments (account_id, attachment_id, device_id, kind, thing_id) values ($1, $2, $3, 'reservoir', $4)`,
      [accountId, newId(), deviceId, reservoirId],
    );
  }
  return { deviceId, password, accountId, siteId, reservoirId };
}

/** As by an account that has proved to hold the device. */
export const claimDevice = ({ admin }: TestDatabase, deviceId: string, accountId: string) =>
  admin.query('update devices.device_units set claimed_by = $2 where device_id = $1', [
    deviceId,
    accountId,
  ]);

/** A payload with the distance to the water, in millimetres. */
export const telemetry = (seq: number, distanceMm = 500, more: object = {}): string =>
  JSON.stringify({
    schema_version: 1,
    seq,
    sensors: { ultrasonic: { raw_readings: [distanceMm, distanceMm] } },
    ...more,
  });
