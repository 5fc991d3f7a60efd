import type { PasswordHasher } from '../../api/shared/password-hasher.js';

/** For tests of what is done with passwords rather than of how they are hashed, which takes most of the time of a sign-in. */
export const plainPasswords: PasswordHasher = {
  hash: (password) => Promise.resolve(`hash of ${password.normalize('NFC')}`),
  verify: (password, stored) => Promise.resolve(stored === `hash of ${password.normalize('NFC')}`),
};
