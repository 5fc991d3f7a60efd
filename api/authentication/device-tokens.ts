import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { databaseNow } from '../../db/connection/database-clock.js';

/** The parts of a request by which a device is recognized. */
interface DeviceHeaders {
  header(name: string): string;
}

export interface DeviceTokens {
  /** Response headers by which the device is recognized at the identifier's next sign-in. */
  remember(identifier: string): Record<string, string>;
  /** The device on an earlier sign-in of the identifier; undefined for any other device. */
  deviceOf(request: DeviceHeaders, identifier: string): string | undefined;
}

/** For clients without cookies. */
export const deviceHeader = 'X-Device-Token';
const cookieName = 'millrace_device';
const lifetimeSeconds = 365 * 24 * 3_600;

/**
 * Recognizes a device after a sign-in, so that strangers' wrong passwords do not count against the
 * device. A device token is no credential: without the password the token opens nothing, and the
 * device's own wrong passwords are counted under the device's id.
 */
export function createDeviceTokens({
  key,
  isSecure,
}: {
  key: string;
  isSecure: boolean;
}): DeviceTokens {
  const sign = (deviceId: string, issuedAt: string, identifier: string): Buffer =>
    createHmac('sha256', key).update(`device|${deviceId}|${issuedAt}|${identifier}`).digest();
  return {
    remember(identifier) {
      const deviceId = randomBytes(12).toString('base64url');
      const issuedAt = Math.floor(databaseNow() / 1_000).toString(36);
      const token = `${deviceId}.${issuedAt}.${sign(deviceId, issuedAt, identifier).toString('base64url')}`;
      const cookie = `${cookieName}=${token}; Path=/v1/auth; Max-Age=${lifetimeSeconds}; HttpOnly; SameSite=Strict`;
      return { 'Set-Cookie': isSecure ? `${cookie}; Secure` : cookie, [deviceHeader]: token };
    },
    deviceOf(request, identifier) {
      const [, inCookie = ''] =
        new RegExp(`(?:^|;\\s*)${cookieName}=([\\w.-]+)`).exec(request.header('Cookie')) ?? [];
      const match = /^([\w-]{16})\.([0-9a-z]{1,9})\.([\w-]{43})$/.exec(
        request.header(deviceHeader) || inCookie,
      );
      const [, deviceId, issuedAt, signature] = match ?? [];
      if (deviceId === undefined || issuedAt === undefined || signature === undefined)
        return undefined;
      const isRight = timingSafeEqual(
        Buffer.from(signature, 'base64url'),
        sign(deviceId, issuedAt, identifier),
      );
      const isFresh = parseInt(issuedAt, 36) + lifetimeSeconds > databaseNow() / 1_000;
      return isRight && isFresh ? deviceId : undefined;
    },
  };
}
