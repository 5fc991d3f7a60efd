import { createHash, randomBytes } from 'node:crypto';
import { failure } from '../../workflows/shared/failure.js';
import type { ProvisioningStatus } from '../../workflows/water/device-unit.contract.js';
import type { Database, Transaction } from '../shared/database.js';
import { emitEvents } from '../shared/outbox.js';
import { deviceInventoryUnitStored } from './device.events.js';

export interface DeviceUnit {
  deviceId: string;
  serialNumber: string;
  provisioningStatus: ProvisioningStatus;
  metadata?: Record<string, unknown> | undefined;
}

/** Passwords are 256 random bits made here, so a plain hash keeps them: there is nothing to guess. */
export const hashDevicePassword = (password: string): Buffer => createHash('sha256').update(password).digest();
const newPassword = (): string => randomBytes(32).toString('base64url');

// Without a new hash the unit keeps the one it has.
const storeUnit = `
  insert into water.device_units as u (device_id, serial_number, provisioning_status, metadata, mqtt_password_hash)
  values (?, ?, ?, ?::jsonb, ?)
  on conflict (device_id) do update set serial_number = excluded.serial_number, provisioning_status = excluded.provisioning_status,
    metadata = case when ? then excluded.metadata else u.metadata end,
    mqtt_password_hash = case when ? then excluded.mqtt_password_hash else u.mqtt_password_hash end, updated_at = now()
  where ? or (u.serial_number, u.provisioning_status) <> (excluded.serial_number, excluded.provisioning_status)
    or (? and u.metadata <> excluded.metadata)
  returning (xmax = 0) as "isNew"`;

/** The platform's inventory of hardware, whoever uses it. */
export function createDeviceUnitRecords(database: Database) {
  return {
    /**
     * Adds a unit, or changes the one with this device id. The password is told when it is made, and never again: on a
     * repeat it is null, unless a new one was asked for. The same content again changes nothing and is told to nobody.
     */
    async store(
      unit: DeviceUnit,
      { isPasswordRotated, principalId }: { isPasswordRotated: boolean; principalId: string },
    ): Promise<{ isNew: boolean; password: string | null }> {
      const { deviceId, serialNumber, provisioningStatus, metadata } = unit;
      const password = newPassword();
      return database.inPlatform(async (trx) => {
        await assertSerialIsFree(trx, unit);
        const { rows } = await trx.raw<{ rows: { isNew: boolean }[] }>(storeUnit, [
          ...[deviceId, serialNumber, provisioningStatus, JSON.stringify(metadata ?? {}), hashDevicePassword(password)],
          ...[metadata !== undefined, isPasswordRotated, isPasswordRotated, metadata !== undefined],
        ]);
        const [stored] = rows;
        if (!stored) return { isNew: false, password: null };
        await trx('water.devices').where({ deviceId }).update({ serialNumber });
        const payload = { device_id: deviceId };
        await emitEvents(trx, [
          deviceInventoryUnitStored.of({
            accountId: null,
            subjectId: deviceId,
            actorPrincipalId: principalId,
            payload,
          }),
        ]);
        return { isNew: stored.isNew, password: stored.isNew || isPasswordRotated ? password : null };
      });
    },
  };
}

async function assertSerialIsFree(trx: Transaction, { deviceId, serialNumber }: DeviceUnit): Promise<void> {
  // Two units that take one serial at the same moment: the second waits here for the first.
  await trx.raw('select pg_advisory_xact_lock(hashtext(?))', [`device serial ${serialNumber}`]);
  const taken = await trx('water.device_units').where({ serialNumber }).whereNot({ deviceId }).first('deviceId');
  if (taken) throw failure('DEVICE_ALREADY_EXISTS');
}
