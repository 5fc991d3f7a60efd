import { failure } from '../../workflows/shared/failure.js';
import type { DeviceStatus, DeviceType } from '../../workflows/water/device-unit.contract.js';
import type { Database, Transaction } from '../shared/database.js';
import { emitEvents } from '../shared/outbox.js';
import { deviceRegistered, deviceUpdated, sequenceRestarted } from './device.events.js';
import type { Editor } from './site.records.js';

/** What is left out stays; null empties. */
export interface DevicePatch {
  name?: string | null | undefined;
  status?: DeviceStatus | undefined;
  intervalMs?: number | null | undefined;
}

const registerDevice = `
  insert into water.devices as d (device_id, serial_number, device_type, firmware_version)
  select u.device_id, u.serial_number, coalesce(?, 'LEVEL_SENSOR'), ? from water.device_units u
  where u.device_id = ? and u.provisioning_status = 'PROVISIONED'
  on conflict (device_id) do update set device_type = coalesce(?, d.device_type),
    firmware_version = coalesce(d.firmware_version, ?), updated_at = now()
  returning (xmax = 0) as "isNew"`;

const restartSequence = `
  select i.epoch as before, upper(i.seqs) - 1 as "lastSeq", water.restart_sequence(i.device_id) as after
  from water.device_inboxes i where i.device_id = ?`;
interface Restart {
  before: number;
  after: number | null;
  lastSeq: number | null;
}

export function createDeviceRecords(database: Database) {
  return {
    /**
     * Makes a provisioned unit a device that may report. A repeat may correct the type, and is told no second time; the
     * firmware is what the device itself has said.
     */
    async register(
      {
        deviceId,
        deviceType = null,
        firmwareVersion = null,
      }: {
        deviceId: string;
        deviceType?: DeviceType | null | undefined;
        firmwareVersion?: string | null | undefined;
      },
      principalId: string,
    ): Promise<{ isNew: boolean }> {
      return database.inPlatform(async (trx) => {
        const values = [deviceType, firmwareVersion, deviceId, deviceType, firmwareVersion] as string[];
        const { rows } = await trx.raw<{ rows: { isNew: boolean }[] }>(registerDevice, values);
        const [registered] = rows;
        if (!registered) throw await refusal(trx, deviceId);
        if (!registered.isNew) return registered;
        await trx('water.device_inboxes').insert({ deviceId });
        const payload = { device_id: deviceId };
        await emitEvents(trx, [
          deviceRegistered.of({ accountId: null, subjectId: deviceId, actorPrincipalId: principalId, payload }),
        ]);
        return registered;
      });
    },

    /**
     * From its next message on the device counts anew, by the account that it is attached to. Repeated before that message it
     * changes nothing, and is told no second time.
     */
    async restartSequence({ accountId, principalId }: Editor, deviceId: string): Promise<void> {
      await database.inAccount(accountId, async (trx) => {
        const { rows } = await trx.raw<{ rows: Restart[] }>(restartSequence, [deviceId]);
        const [restart] = rows;
        if (!restart || restart.after === null) throw failure('RESOURCE_NOT_FOUND');
        const { before, after, lastSeq } = restart;
        if (after === before) return;
        const payload = {
          device_id: deviceId,
          epoch: after,
          cause: 'COMMAND',
          last_seq: lastSeq,
          first_seq: null,
        } as const;
        await emitEvents(trx, [
          sequenceRestarted.of({ accountId, subjectId: deviceId, actorPrincipalId: principalId, payload }),
        ]);
      });
    },

    /** By the account that it is attached to; nobody else's transaction sees the row. */
    async update({ accountId, principalId }: Editor, deviceId: string, patch: DevicePatch): Promise<void> {
      await database.inAccount(accountId, async (trx) => {
        const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
        const count = await trx('water.devices')
          .where({ deviceId })
          .update({ ...given, version: trx.raw('version + 1'), updatedAt: trx.fn.now() });
        if (count === 0) throw failure('RESOURCE_NOT_FOUND');
        const payload = { device_id: deviceId };
        await emitEvents(trx, [
          deviceUpdated.of({ accountId, subjectId: deviceId, actorPrincipalId: principalId, payload }),
        ]);
      });
    },
  };
}

async function refusal(trx: Transaction, deviceId: string): Promise<Error> {
  const unit = await trx('water.device_units').where({ deviceId }).first('deviceId');
  return unit ? failure('DEVICE_NOT_PROVISIONED', { device_id: deviceId }) : failure('RESOURCE_NOT_FOUND');
}
