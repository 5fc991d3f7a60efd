import { createHash, randomBytes } from 'node:crypto';
import { failure } from '../../workflows/shared/failure.js';
import type { ProvisioningStatus } from '../../workflows/devices/device-unit.contract.js';
import { boolean, bytes, json, orNull, text, textOf, uuid } from '../connection/column.js';
import type { WriteScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { emitEvents } from '../shared/outbox.js';
import { hashClaimCode } from './device-claim.records.js';
import { deviceInventoryUnitStored } from './device.events.js';

export interface DeviceUnit {
  deviceId: string;
  serialNumber: string;
  provisioningStatus: ProvisioningStatus;
  metadata?: Record<string, unknown> | undefined;
  /** Required from the attaching account; null for none. */
  claimCode?: string | null | undefined;
  /** The only account that may attach the unit; null for any holder of the label. */
  assignedTo?: string | null | undefined;
}

/** Passwords are 256 random bits made here, so a plain hash suffices: there is nothing to guess. */
export const hashDevicePassword = (password: string): Buffer =>
  createHash('sha256').update(password).digest();
const newPassword = (): string => randomBytes(32).toString('base64url');

const isClaimedAnew = `((:hasCode and u.claim_code_hash is distinct from excluded.claim_code_hash)
    or (:hasAssignment and u.assigned_to is distinct from excluded.assigned_to))`;

// Fields left out stay. A changed code or assignment voids earlier claims of the unit.
const storeUnit = query({
  name: 'deviceUnit.store',
  parameters: {
    deviceId: text,
    serialNumber: text,
    provisioningStatus: textOf<ProvisioningStatus>(),
    metadata: json<Record<string, unknown>>(),
    passwordHash: bytes,
    codeHash: orNull(bytes),
    assignedTo: orNull(uuid),
    hasMetadata: boolean,
    isPasswordRotated: boolean,
    hasCode: boolean,
    hasAssignment: boolean,
  },
  row: { isNew: boolean },
  text: `insert into devices.device_units as u (device_id, serial_number, provisioning_status, metadata, mqtt_password_hash,
    claim_code_hash, assigned_to)
  values (:deviceId, :serialNumber, :provisioningStatus, :metadata, :passwordHash, :codeHash, :assignedTo)
  on conflict (device_id) do update set serial_number = excluded.serial_number, provisioning_status = excluded.provisioning_status,
    metadata = case when :hasMetadata then excluded.metadata else u.metadata end,
    mqtt_password_hash = case when :isPasswordRotated then excluded.mqtt_password_hash else u.mqtt_password_hash end,
    claim_code_hash = case when :hasCode then excluded.claim_code_hash else u.claim_code_hash end,
    assigned_to = case when :hasAssignment then excluded.assigned_to else u.assigned_to end,
    claimed_by = case when ${isClaimedAnew} then null else u.claimed_by end, updated_at = now()
  where :isPasswordRotated or (u.serial_number, u.provisioning_status) <> (excluded.serial_number, excluded.provisioning_status)
    or (:hasMetadata and u.metadata <> excluded.metadata) or ${isClaimedAnew}
  returning (xmax = 0) as is_new`,
});

const renumberDevice = query({
  name: 'deviceUnit.renumberDevice',
  parameters: { deviceId: text, serialNumber: text },
  text: 'update devices.devices d set serial_number = :serialNumber where d.device_id = :deviceId',
});

const lockSerialNumber = query({
  name: 'deviceUnit.lockSerialNumber',
  parameters: { serialNumber: text },
  text: "select from pg_advisory_xact_lock(hashtext('device serial ' || :serialNumber))",
});

const otherUnitOfSerialNumber = query({
  name: 'deviceUnit.otherOfSerialNumber',
  parameters: { deviceId: text, serialNumber: text },
  text: `select from devices.device_units u
   where u.serial_number = :serialNumber and u.device_id <> :deviceId`,
});

/** The platform's inventory of hardware, across accounts. */
export const deviceUnitRecords = (scope: WriteScope, { codeKey }: { codeKey: string }) => ({
  /**
   * Adds a unit, or changes the unit with the same device id. A new password is answered once: on a
   * repeat the password is null, unless a new password was asked for. The same content again changes
   * nothing and emits no event.
   */
  async store(
    unit: DeviceUnit,
    { isPasswordRotated }: { isPasswordRotated: boolean },
  ): Promise<{ isNew: boolean; password: string | null }> {
    const { deviceId, serialNumber, provisioningStatus, metadata, claimCode, assignedTo } = unit;
    const password = newPassword();
    await assertSerialIsFree(scope, unit);
    const parameters = {
      deviceId,
      serialNumber,
      provisioningStatus,
      metadata: metadata ?? {},
      passwordHash: hashDevicePassword(password),
      codeHash: claimCode ? hashClaimCode(codeKey, deviceId, claimCode) : null,
      assignedTo: assignedTo ?? null,
      hasMetadata: metadata !== undefined,
      isPasswordRotated,
      hasCode: claimCode !== undefined,
      hasAssignment: assignedTo !== undefined,
    };
    const [stored] = await scope.run(storeUnit, parameters);
    if (!stored) return { isNew: false, password: null };
    await scope.run(renumberDevice, { deviceId, serialNumber });
    // After the device's lock, as when messages are derived: otherwise both could wait for each other.
    await emitEvents(scope, [storedEvent(scope, deviceId)]);
    return {
      isNew: stored.isNew,
      password: stored.isNew || isPasswordRotated ? password : null,
    };
  },
});

const storedEvent = ({ principalId }: WriteScope, deviceId: string) =>
  deviceInventoryUnitStored.of({
    accountId: null,
    subjectId: deviceId,
    actorPrincipalId: principalId,
    payload: { device_id: deviceId },
  });

async function assertSerialIsFree(
  scope: WriteScope,
  { deviceId, serialNumber }: DeviceUnit,
): Promise<void> {
  // Two units with one serial at the same moment: the second waits here for the first.
  await scope.run(lockSerialNumber, { serialNumber });
  const others = await scope.read(otherUnitOfSerialNumber, { deviceId, serialNumber });
  if (others.length > 0) throw failure('DEVICE_ALREADY_EXISTS');
}
