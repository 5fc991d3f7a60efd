import { timingSafeEqual } from 'node:crypto';
import type { DeviceCredentialViews } from '../../db/water/device-credential.views.js';
import { hashDevicePassword } from '../../db/water/device-unit.records.js';
import type { DeviceCredentials } from './peer.js';

const nobody = Buffer.alloc(32);

/** Takes the same steps whether the device is known or not. */
export function createDeviceCredentials(views: DeviceCredentialViews): DeviceCredentials {
  return {
    async check(deviceId, password) {
      const known = await views.find(deviceId);
      const passwordHash = hashDevicePassword(password);
      const isRight = timingSafeEqual(passwordHash, known?.passwordHash ?? nobody);
      if (!known) return { refusal: 'UNKNOWN' };
      if (!isRight) return { refusal: 'BAD_CREDENTIALS' };
      return known.isEnabled ? { passwordHash } : { refusal: 'UNIT_DISABLED' };
    },
    async unwelcome(devices) {
      const known = await views.findAll(devices.map(({ deviceId }) => deviceId));
      return devices.filter(({ deviceId, passwordHash }) => {
        const now = known.get(deviceId);
        return !now?.isEnabled || !passwordHash.equals(now.passwordHash);
      });
    },
  };
}
