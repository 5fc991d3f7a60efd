import { timingSafeEqual } from 'node:crypto';
import type { DeviceCredentialViews } from '../../db/water/device-credential.views.js';
import { hashDevicePassword } from '../../db/water/device-unit.records.js';
import type { DeviceCredentials } from './peer.js';

const nobody = Buffer.alloc(32);

/** Takes the same steps whether the device is known or not. */
export function createDeviceCredentials(views: DeviceCredentialViews): DeviceCredentials {
  return {
    async fits(deviceId, password) {
      const known = await views.find(deviceId);
      const isRight = timingSafeEqual(hashDevicePassword(password), known?.passwordHash ?? nobody);
      return isRight && (known?.isEnabled ?? false);
    },
  };
}
