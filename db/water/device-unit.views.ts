import { statement, type Reader } from '../shared/database.js';
import type { UnitName } from './device-claim.records.js';

const find = statement(
  'deviceUnit.find',
  'select u.device_id from water.device_units u where u.device_id = $1 or u.serial_number = $2',
);

/** The platform's sight of its inventory, on behalf of whoever names a unit. */
export function createDeviceUnitViews(read: Reader) {
  return {
    /** For decisions, never for an answer. */
    async idOf(name: UnitName): Promise<string | undefined> {
      const values = 'deviceId' in name ? [name.deviceId, null] : [null, name.serialNumber];
      const [unit] = await read.inPlatform<{ device_id: string }>(find, values);
      return unit?.device_id;
    },
  };
}
export type DeviceUnitViews = ReturnType<typeof createDeviceUnitViews>;
