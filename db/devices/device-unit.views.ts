import { orNull, text } from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';

/** A unit by its hardware id or by the serial number on its label. */
export type UnitName = { deviceId: string } | { serialNumber: string };

/** The parameters of `isNamed`. */
export const unitName = { deviceId: orNull(text), serialNumber: orNull(text) };
export const isNamed = '(u.device_id = :deviceId or u.serial_number = :serialNumber)';
export const unitNameOf = (name: UnitName) => ({
  deviceId: 'deviceId' in name ? name.deviceId : null,
  serialNumber: 'serialNumber' in name ? name.serialNumber : null,
});

const unitByName = query({
  name: 'deviceUnit.find',
  parameters: unitName,
  row: { deviceId: text },
  text: `select u.device_id from devices.device_units u where ${isNamed}`,
});

/** The platform's sight of the inventory, for requests that name a unit. */
export const deviceUnitViews = (scope: ReadScope) => ({
  /** For decisions, never for an answer. */
  async idOf(name: UnitName): Promise<string | undefined> {
    const [unit] = await scope.read(unitByName, unitNameOf(name));
    return unit?.deviceId;
  },
});
