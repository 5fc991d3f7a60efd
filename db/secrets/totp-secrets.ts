import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { deriveSealKey, seal, unseal } from './seal.js';

/**
 * Secrets shared with an authenticator (RFC 6238, SHA-1, six digits). At rest a secret is sealed
 * under a key of the factor alone, so that a secret moved to another factor does not open.
 */
export interface TotpSecrets {
  make(factorId: string): { secret: string; sealed: Buffer };
  /** The steps whose code is the given code; every step is compared, in the same time. */
  fittingSteps(
    factor: { factorId: string; secretSealed: Buffer },
    code: string,
    steps: readonly number[],
  ): number[];
}

const secretBytes = 20;
const digits = 6;

/** `key` is 32 bytes in hex. */
export function createTotpSecrets(key: string): TotpSecrets {
  const keyOf = (factorId: string): Buffer =>
    deriveSealKey(Buffer.from(key, 'hex'), `identity.mfa_factors|secret_sealed|${factorId}`);
  return {
    make(factorId) {
      const secret = randomBytes(secretBytes);
      return { secret: base32(secret), sealed: seal(secret, keyOf(factorId)) };
    },
    fittingSteps({ factorId, secretSealed }, code, steps) {
      const secret = unseal(secretSealed, keyOf(factorId));
      return steps.filter((step) => isSame(codeAt(secret, step), code));
    },
  };
}

/** RFC 4226 of a step. */
export function codeAt(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0x0f;
  const number = digest.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

function isSame(right: string, code: string): boolean {
  const [expected, actual] = [Buffer.from(right), Buffer.from(code)];
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648, without padding. */
export function base32(bytes: Buffer): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((group) => alphabet.charAt(parseInt(group.padEnd(5, '0'), 2)))
    .join('');
}
