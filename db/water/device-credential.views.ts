import type pg from 'pg';

export interface DeviceCredential {
  /** SHA-256 of the password. */
  passwordHash: Buffer;
  /** Whether the unit may come in. */
  isEnabled: boolean;
}

/** What the gateway checks a device's password against, over a pool of the role millrace_ingest. */
export function createDeviceCredentialViews(pool: pg.Pool) {
  async function findAll(deviceIds: readonly string[]): Promise<Map<string, DeviceCredential>> {
    const { rows } = await pool.query<DeviceCredential & { deviceId: string }>({
      name: 'devices.credentials',
      text: `select c.device_id as "deviceId", c.password_hash as "passwordHash", c.is_enabled as "isEnabled"
        from water.device_credentials($1::text[]) c`,
      values: [deviceIds],
    });
    return new Map(rows.map(({ deviceId, ...credential }) => [deviceId, credential]));
  }
  return {
    /** By device; whoever is not in the inventory is missing. */
    findAll,
    find: async (deviceId: string): Promise<DeviceCredential | undefined> => (await findAll([deviceId])).get(deviceId),
  };
}

export type DeviceCredentialViews = ReturnType<typeof createDeviceCredentialViews>;
