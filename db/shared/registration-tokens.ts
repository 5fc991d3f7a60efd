import { createHash, createHmac } from 'node:crypto';

/**
 * Names a registration to whoever made it. Derived from its id under a key outside the database, so that a repeat is answered
 * with the same one; what is stored is its hash.
 */
export interface RegistrationTokens {
  derive(registrationId: string): string;
  hash(token: string): Buffer;
}

export const createRegistrationTokens = (key: string): RegistrationTokens => ({
  derive: (registrationId) => createHmac('sha256', key).update(`registration|${registrationId}|`).digest('base64url'),
  hash: (token) => createHash('sha256').update(token).digest(),
});
