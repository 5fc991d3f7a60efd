import { createHash, randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { failure } from '../../workflows/shared/failure.js';
import type { ProvisioningStatus } from '../../workflows/water/device-unit.contract.js';
import type { Database, Transaction } from '../shared/database.js';
import { emitEvents } from '../shared/outbox.js';
import { hashClaimCode } from './device-claim.records.js';
import { deviceInventoryUnitStored } from './device.events.js';

export interface DeviceUnit {
  deviceId: string;
  serialNumber: string;
  provisioningStatus: ProvisioningStatus;
  metadata?: Record<string, unknown> | undefined;
  /** Must be given by whoever attaches the unit; null for none. */
  claimCode?: string | null | undefined;
  /** The account that alone may attach the unit; null for whoever has its label. */
  assignedTo?: string | null | undefined;
}

/** Passwords are 256 random bits made here, so a plain hash keeps them: there is nothing to guess. */
export const hashDevicePassword = (password: string): Buffer => createHash('sha256').update(password).digest();
const newPassword = (): string => randomBytes(32).toString('base64url');

const isClaimedAnew = `((:hasCode and u.claim_code_hash is distinct from excluded.claim_code_hash)
    or (:hasAssignment and u.assigned_to is distinct from excluded.assigned_to))`;

// What is not given stays. Whoever could attach the unit before proves it again when that changes.
const storeUnit = `
  insert into water.device_units as u (device_id, serial_number, provisioning_status, metadata, mqtt_password_hash,
    claim_code_hash, assigned_to)
  values (:deviceId, :serialNumber, :status, :metadata::jsonb, :passwordHash, :codeHash, :assignedTo)
  on conflict (device_id) do update set serial_number = excluded.serial_number, provisioning_status = excluded.provisioning_status,
    metadata = case when :hasMetadata then excluded.metadata else u.metadata end,
    mqtt_password_hash = case when :isRotated then excluded.mqtt_password_hash else u.mqtt_password_hash end,
    claim_code_hash = case when :hasCode then excluded.claim_code_hash else u.claim_code_hash end,
    assigned_to = case when :hasAssignment then excluded.assigned_to else u.assigned_to end,
    claimed_by = case when ${isClaimedAnew} then null else u.claimed_by end, updated_at = now()
  where :isRotated or (u.serial_number, u.provisioning_status) <> (excluded.serial_number, excluded.provisioning_status)
    or (:hasMetadata and u.metadata <> excluded.metadata) or ${isClaimedAnew}
  returning (xmax = 0) as "isNew"`;

/** The platform's inventory of hardware, whoever uses it. */
export function createDeviceUnitRecords({ database, codeKey }: { database: Database; codeKey: string }) {
  return {
    /**
     * Adds a unit, or changes the one with this device id. The password is told when it is made, and never again: on a
     * repeat it is null, unless a new one was asked for. The same content again changes nothing and is told to nobody.
     */
    async store(
      unit: DeviceUnit,
      { isPasswordRotated, principalId }: { isPasswordRotated: boolean; principalId: string },
    ): Promise<{ isNew: boolean; password: string | null }> {
      const { deviceId, serialNumber, provisioningStatus, metadata, claimCode, assignedTo } = unit;
      const password = newPassword();
      return database.inPlatform(async (trx) => {
        await assertSerialIsFree(trx, unit);
        const { rows } = await trx.raw<{ rows: { isNew: boolean }[] }>(storeUnit, {
          deviceId,
          serialNumber,
          status: provisioningStatus,
          metadata: JSON.stringify(metadata ?? {}),
          passwordHash: hashDevicePassword(password),
          codeHash: claimCode ? hashClaimCode(codeKey, deviceId, claimCode) : null,
          assignedTo: assignedTo ?? null,
          hasMetadata: metadata !== undefined,
          isRotated: isPasswordRotated,
          hasCode: claimCode !== undefined,
          hasAssignment: assignedTo !== undefined,
        } as Record<string, Knex.RawBinding>);
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
