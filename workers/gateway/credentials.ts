import { timingSafeEqual } from 'node:crypto';
import type { DeviceCredentialViews } from '../../db/devices/access/device-credential.views.js';
import { hashDevicePassword } from '../../db/devices/device-unit.records.js';
import type { DeviceCredentials } from './peer.js';

const nobody = Buffer.alloc(32);

/** Takes the same steps whether the device is known or not. */
export function createDeviceCredentials(views: DeviceCredentialViews): DeviceCredentials {
  return {
    async check(deviceId, password) {
      const credentials = await views.find(deviceId);
      const passwordHash = hashDevicePassword(password);
      const isRight = timingSafeEqual(passwordHash, credentials?.passwordHash ?? nobody);
      if (!credentials) return { refusal: 'UNKNOWN' };
      if (!isRight) return { refusal: 'BAD_CREDENTIALS' };
      return credentials.isEnabled ? { passwordHash } : { refusal: 'UNIT_DISABLED' };
    },
    async unwelcome(devices) {
      const credentials = await views.findAll(devices.map(({ deviceId }) => deviceId));
      return devices.filter(({ deviceId, passwordHash }) => {
        const now = credentials.get(deviceId);
        return !now?.isEnabled || !passwordHash.equals(now.passwordHash);
      });
    },
  };
}
