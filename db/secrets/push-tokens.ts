import { createHmac } from 'node:crypto';
import { deriveSealKey, seal, unseal } from './seal.js';

/**
 * Tokens of phones and browsers: whoever has one can send to it, so the database has a keyed hash to
 * find a token by, and the token sealed.
 */
interface PushTokenSecrets {
  hash(token: string): Buffer;
  seal(token: string): Buffer;
  open(sealed: Buffer): string;
}

/** `key` is 32 bytes in hex. */
export function createPushTokenSecrets(key: string): PushTokenSecrets {
  const sealKey = deriveSealKey(Buffer.from(key, 'hex'), 'push tokens');
  return {
    hash: (token) => createHmac('sha256', key).update(token).digest(),
    seal: (token) => seal(Buffer.from(token), sealKey),
    open: (sealed) => unseal(sealed, sealKey).toString(),
  };
}
