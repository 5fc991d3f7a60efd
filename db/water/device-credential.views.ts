import type pg from 'pg';

/** What the gateway checks a device's password against, over a pool of the role millrace_ingest. */
export function createDeviceCredentialViews(pool: pg.Pool) {
  return {
    /** SHA-256 of the password, and whether the unit may come in; undefined for a device that is not in the inventory. */
    async find(deviceId: string): Promise<{ passwordHash: Buffer; isEnabled: boolean } | undefined> {
      const { rows } = await pool.query<{ passwordHash: Buffer; isEnabled: boolean }>({
        name: 'devices.credential',
        text: `select u.mqtt_password_hash as "passwordHash", u.provisioning_status <> 'DISABLED' as "isEnabled"
          from water.device_units u where u.device_id = $1`,
        values: [deviceId],
      });
      return rows[0];
    },
  };
}

export type DeviceCredentialViews = ReturnType<typeof createDeviceCredentialViews>;
