import { codeAt } from '../../../db/secrets/totp-secrets.js';

/** A person's authenticator with a secret in base32; the code of now, or of steps before or after. */
export const authenticatorOf =
  (secret: string) =>
  (steps = 0): string =>
    codeAt(bytesOf(secret), Math.floor(Date.now() / 30_000) + steps);

function bytesOf(base32: string): Buffer {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...base32]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}

/** Six digits without a step of their own. */
export function wrongCodeFor(code: (steps?: number) => string): string {
  const right = [-2, -1, 0, 1, 2].map(code);
  return ['000000', '111111', '222222', '333333', '444444', '555555'].find(
    (each) => !right.includes(each),
  ) as string;
}
