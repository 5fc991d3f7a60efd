import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { databaseNow } from '../../db/shared/database-clock.js';

/** A request, as far as a device can be told by it. */
export interface DeviceHeaders {
  header(name: string): string;
}

export interface DeviceTokens {
  /** Headers that let the device be known when this identifier signs in on it again. */
  remember(identifier: string): Record<string, string>;
  /** The device that has signed this identifier in before; undefined for any other. */
  deviceOf(request: DeviceHeaders, identifier: string): string | undefined;
}

/** For clients that keep no cookies. */
export const deviceHeader = 'X-Device-Token';
const cookieName = 'millrace_device';
const lifetimeSeconds = 365 * 24 * 3_600;

/**
 * Tells a device that has signed in from a stranger's, so that what strangers get wrong does not count against it. It is no
 * credential: it opens nothing without the password, and its own wrong passwords are counted under its id.
 */
export function createDeviceTokens({ key, isSecure }: { key: string; isSecure: boolean }): DeviceTokens {
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
      const [, inCookie = ''] = new RegExp(`(?:^|;\\s*)${cookieName}=([\\w.-]+)`).exec(request.header('Cookie')) ?? [];
      const given = /^([\w-]{16})\.([0-9a-z]{1,9})\.([\w-]{43})$/.exec(request.header(deviceHeader) || inCookie);
      const [, deviceId, issuedAt, signature] = given ?? [];
      if (deviceId === undefined || issuedAt === undefined || signature === undefined) return undefined;
      const isRight = timingSafeEqual(Buffer.from(signature, 'base64url'), sign(deviceId, issuedAt, identifier));
      const isFresh = parseInt(issuedAt, 36) + lifetimeSeconds > databaseNow() / 1_000;
      return isRight && isFresh ? deviceId : undefined;
    },
  };
}
