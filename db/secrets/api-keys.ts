import { createHash, randomBytes, randomInt } from 'node:crypto';

interface NewApiKey {
  /** Shown once. */
  key: string;
  /** For people to tell keys apart. */
  prefix: string;
  hash: Buffer;
}

const prefixLetters = '0123456789abcdefghijklmnopqrstuvwxyz';
const shape = /^mr_[0-9a-z]{8}_[\w-]{43}$/;

const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest();

export function makeApiKey(): NewApiKey {
  const prefix = Array.from(
    { length: 8 },
    () => prefixLetters[randomInt(prefixLetters.length)],
  ).join('');
  const key = `mr_${prefix}_${randomBytes(32).toString('base64url')}`;
  return { key, prefix, hash: hashOf(key) };
}

/** Undefined for a text in another form. */
export const hashOfApiKey = (text: string): Buffer | undefined =>
  shape.test(text) ? hashOf(text) : undefined;
