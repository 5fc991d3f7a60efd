import type { PasswordHasher } from '../../../api/authentication/password-hasher.js';

/** For tests of the use of passwords rather than of hashing, most of the time of a sign-in. */
export const plainPasswords: PasswordHasher = {
  hash: (password) => Promise.resolve(`hash of ${password.normalize('NFC')}`),
  verify: (password, stored) => Promise.resolve(stored === `hash of ${password.normalize('NFC')}`),
  isOutdated: () => false,
};
