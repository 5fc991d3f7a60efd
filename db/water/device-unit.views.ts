import type { ProvisioningStatus } from '../../workflows/water/device-unit.contract.js';
import { statement, type Reader } from '../shared/database.js';

export interface DeviceUnitView {
  device_id: string;
  provisioning_status: ProvisioningStatus;
  is_registered: boolean;
  /** Whose it is now. For decisions, never for an answer. */
  account_id: string | null;
}

const find = statement(
  'deviceUnit.find',
  `select u.device_id, u.provisioning_status,
     exists (select 1 from water.devices d where d.device_id = u.device_id) as is_registered,
     (select a.account_id from water.device_attachments a where a.device_id = u.device_id and a.detached_at is null) as account_id
   from water.device_units u where u.device_id = $1 or u.serial_number = $2`,
);

/** The platform's sight of its inventory, on behalf of whoever names a unit. */
export function createDeviceUnitViews(read: Reader) {
  return {
    async find(by: { deviceId: string } | { serialNumber: string }): Promise<DeviceUnitView | undefined> {
      const values = 'deviceId' in by ? [by.deviceId, null] : [null, by.serialNumber];
      const [unit] = await read.inPlatform<DeviceUnitView>(find, values);
      return unit;
    },
  };
}
export type DeviceUnitViews = ReturnType<typeof createDeviceUnitViews>;
