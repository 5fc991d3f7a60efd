import type pg from 'pg';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { newId } from '../../db/shared/id.js';

export interface BenchDevice {
  deviceId: string;
  password: string;
}

/** Registered devices, each attached to a separate tank of the same account. */
export async function makeDevices(admin: pg.Pool, count: number): Promise<BenchDevice[]> {
  const accountId = newId();
  const siteId = newId();
  await admin.query(
    "insert into water.sites (account_id, site_id, name, site_type) values ($1, $2, 'Bench', 'DEPOT')",
    [accountId, siteId],
  );
  const base = randomInt(36 ** 6 - count);
  const devices = Array.from({ length: count }, (_, n) => ({
    deviceId: randomBytes(6).toString('hex').toUpperCase(),
    serial: `JL-${(base + n).toString(36).toUpperCase().padStart(6, '0')}`,
    password: randomBytes(16).toString('hex'),
    reservoirId: newId(),
  }));
  const column = <T>(pick: (device: (typeof devices)[number]) => T): T[] => devices.map(pick);
  await admin.query(
    `insert into water.reservoirs (account_id, reservoir_id, site_id, name, reservoir_type, mobility, monitoring_mode, capacity_liters,
       capacity_source, height_mm, sensor_empty_distance_mm, sensor_full_distance_mm, full_threshold_pct, low_threshold_pct, critical_threshold_pct)
     select $1, r, $2, 'Tank', 'TANK', 'FIXED', 'DEVICE', 1000, 'REPORTED', 1000, 1000, 0, 95, 30, 10 from unnest($3::uuid[]) r`,
    [accountId, siteId, column((device) => device.reservoirId)],
  );
  await admin.query(
    `insert into devices.device_units (device_id, serial_number, provisioning_status, mqtt_password_hash)
     select d, s, 'PROVISIONED', h from unnest($1::text[], $2::text[], $3::bytea[]) as u(d, s, h)`,
    [
      column((device) => device.deviceId),
      column((device) => device.serial),
      column((device) => createHash('sha256').update(device.password).digest()),
    ],
  );
  await admin.query(
    'insert into devices.devices (device_id, serial_number) select u.device_id, u.serial_number from devices.device_units u where u.device_id = any($1)',
    [column((device) => device.deviceId)],
  );
  await admin.query('insert into devices.device_inboxes (device_id) select unnest($1::text[])', [
    column((device) => device.deviceId),
  ]);
  await admin.query(
    `insert into devices.device_attachments (account_id, attachment_id, device_id, kind, thing_id)
     select $1, gen_random_uuid(), d, 'reservoir', r from unnest($2::text[], $3::uuid[]) as a(d, r)`,
    [accountId, column((device) => device.deviceId), column((device) => device.reservoirId)],
  );
  return devices.map(({ deviceId, password }) => ({ deviceId, password }));
}
