import { createHash, createHmac } from 'node:crypto';

/**
 * The token that names a registration to the registering client. Derived from the registration's id
 * under a key outside the database, so that a repeat gets the same token; the database stores the
 * hash.
 */
export interface RegistrationTokens {
  derive(registrationId: string): string;
  hash(token: string): Buffer;
}

export const createRegistrationTokens = (key: string): RegistrationTokens => ({
  derive: (registrationId) => createHmac('sha256', key).update(`registration|${registrationId}|`).digest('base64url'),
  hash: (token) => createHash('sha256').update(token).digest(),
});
