import { failure } from '../../workflows/shared/failure.js';
import type { DeviceStatus, DeviceType } from '../../workflows/devices/device-unit.contract.js';
import { bigInteger, boolean, integer, orNull, text, textOf } from '../connection/column.js';
import type { WriteScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { change, emitEvents, runChange } from '../shared/outbox.js';
import { deviceRegistered, deviceUpdated, sequenceRestarted } from './device.events.js';

interface NewDevice {
  deviceId: string;
  deviceType?: DeviceType | null | undefined;
  firmwareVersion?: string | null | undefined;
}

/** Fields left out stay; null empties. */
interface DevicePatch {
  name?: string | null | undefined;
  status?: DeviceStatus | undefined;
  intervalMs?: number | null | undefined;
}

const registerDevice = query({
  name: 'device.register',
  parameters: {
    deviceId: text,
    deviceType: orNull(textOf<DeviceType>()),
    firmwareVersion: orNull(text),
  },
  row: { isNew: boolean },
  text: `insert into devices.devices as d (device_id, serial_number, device_type, firmware_version)
   select u.device_id, u.serial_number, coalesce(:deviceType, 'LEVEL_SENSOR'), :firmwareVersion from devices.device_units u
   where u.device_id = :deviceId and u.provisioning_status = 'PROVISIONED'
   on conflict (device_id) do update set device_type = coalesce(:deviceType, d.device_type),
     firmware_version = coalesce(d.firmware_version, :firmwareVersion), updated_at = now()
   returning (xmax = 0) as is_new`,
});

const addInbox = change({
  name: 'device.addInbox',
  parameters: { deviceId: text },
  row: { deviceId: text },
  text: 'insert into devices.device_inboxes (device_id) values (:deviceId) returning device_id',
});

const unitById = query({
  name: 'device.unit',
  parameters: { deviceId: text },
  text: 'select from devices.device_units u where u.device_id = :deviceId',
});

const restartSequence = query({
  name: 'device.restartSequence',
  parameters: { deviceId: text },
  row: { before: integer, after: orNull(integer), lastSeq: orNull(bigInteger) },
  text: `select i.epoch as before, upper(i.seqs) - 1 as last_seq, devices.restart_sequence(i.device_id) as after
   from devices.device_inboxes i where i.device_id = :deviceId`,
});

const updateDevice = change({
  name: 'device.update',
  parameters: {
    deviceId: text,
    hasName: boolean,
    name: orNull(text),
    status: orNull(textOf<DeviceStatus>()),
    hasInterval: boolean,
    intervalMs: orNull(integer),
  },
  row: { deviceId: text },
  text: `update devices.devices d set name = case when :hasName then :name else d.name end, status = coalesce(:status, d.status),
     interval_ms = case when :hasInterval then :intervalMs else d.interval_ms end, version = d.version + 1, updated_at = now()
   where d.device_id = :deviceId returning d.device_id`,
});

export function deviceRecords(scope: WriteScope) {
  const { principalId } = scope;

  return {
    /**
     * Makes a provisioned unit a device that may report. A repeat may correct the type, without a
     * second event; only the device reports the firmware. In the platform's transaction.
     */
    async register({
      deviceId,
      deviceType,
      firmwareVersion,
    }: NewDevice): Promise<{ isNew: boolean }> {
      const [registered] = await scope.run(registerDevice, {
        deviceId,
        deviceType: deviceType ?? null,
        firmwareVersion: firmwareVersion ?? null,
      });
      if (!registered) throw await refusal(scope, deviceId);
      if (!registered.isNew) return registered;
      const event = deviceRegistered.of({
        accountId: null,
        subjectId: deviceId,
        actorPrincipalId: principalId,
        payload: { device_id: deviceId },
      });
      await runChange(scope, addInbox, { deviceId }, [event]);
      return registered;
    },

    /**
     * The device counts anew from the next message on, on behalf of the attached account. A repeat
     * before the next message changes nothing and emits no event.
     */
    async restartSequence(deviceId: string): Promise<void> {
      const [restart] = await scope.run(restartSequence, { deviceId });
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
      const about = { accountId: scope.accountId, subjectId: deviceId };
      await emitEvents(scope, [
        sequenceRestarted.of({ ...about, actorPrincipalId: principalId, payload }),
      ]);
    },

    /** On behalf of the attached account; other accounts' transactions do not see the row. */
    async update(deviceId: string, { name, status, intervalMs }: DevicePatch): Promise<void> {
      const parameters = {
        deviceId,
        hasName: name !== undefined,
        name: name ?? null,
        status: status ?? null,
        hasInterval: intervalMs !== undefined,
        intervalMs: intervalMs ?? null,
      };
      const event = deviceUpdated.of({
        accountId: scope.accountId,
        subjectId: deviceId,
        actorPrincipalId: principalId,
        payload: { device_id: deviceId },
      });
      const [updated] = await runChange(scope, updateDevice, parameters, [event]);
      if (!updated) throw failure('RESOURCE_NOT_FOUND');
    },
  };
}

async function refusal(scope: WriteScope, deviceId: string): Promise<Error> {
  const units = await scope.read(unitById, { deviceId });
  return units.length > 0
    ? failure('DEVICE_NOT_PROVISIONED', { device_id: deviceId })
    : failure('RESOURCE_NOT_FOUND');
}
