import { arrayOf, boolean, bytes, listOf, text, type Values } from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

const credential = {
  /** SHA-256 of the password. */
  passwordHash: bytes,
  /** Whether the unit may come in. */
  isEnabled: boolean,
};
type DeviceCredential = Values<typeof credential>;

const deviceCredentials = query({
  name: 'devices.credentials',
  parameters: { deviceIds: arrayOf(text) },
  row: { deviceId: text, ...credential },
  text: `select c.device_id, ${listOf(credential, 'c')} from devices.device_credentials(:deviceIds) c`,
});

/** Password hashes for the gateway's check of a device; as millrace_ingest. */
export function deviceCredentialViews(scope: ReadScope) {
  async function findAll(deviceIds: readonly string[]): Promise<Map<string, DeviceCredential>> {
    const rows = await scope.read(deviceCredentials, { deviceIds });
    return new Map(rows.map(({ deviceId, ...found }) => [deviceId, found]));
  }
  return {
    /** By device; a device outside the inventory is missing. */
    findAll,
    find: async (deviceId: string): Promise<DeviceCredential | undefined> =>
      (await findAll([deviceId])).get(deviceId),
  };
}

export type DeviceCredentialViews = ReturnType<typeof deviceCredentialViews>;
