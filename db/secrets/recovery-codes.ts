import { createHmac, randomInt } from 'node:crypto';

/**
 * Codes for a lost authenticator: 50 random bits each, shown once. The database has a keyed hash,
 * bound to the user.
 */
export interface RecoveryCodes {
  make(): string;
  /** The same for a code typed in small letters, without the dash, or with look-alike letters. */
  hash(userId: string, code: string): Buffer;
}

/** Crockford's: no letter that looks like a digit. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const groupLength = 5;

const group = (): string =>
  Array.from({ length: groupLength }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
const normalFormOf = (code: string): string =>
  code.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');

export function createRecoveryCodes(key: string): RecoveryCodes {
  return {
    make: () => `${group()}-${group()}`,
    hash: (userId, code) =>
      createHmac('sha256', key).update(`recovery|${userId}|${normalFormOf(code)}`).digest(),
  };
}
