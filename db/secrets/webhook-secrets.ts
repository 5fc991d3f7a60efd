import { randomBytes } from 'node:crypto';
import { seal, unseal } from './seal.js';

/**
 * The signing secret shared by an endpoint and Millrace, in the form of Standard Webhooks; sealed
 * at rest.
 */
export interface WebhookSecrets {
  make(): { secret: string; sealed: Buffer };
  open(sealed: Buffer): string;
}

const secretBytes = 32;

/** `sealKey` is 32 bytes in hex. */
export function createWebhookSecrets(sealKey: string): WebhookSecrets {
  const key = Buffer.from(sealKey, 'hex');
  return {
    make() {
      const secret = `whsec_${randomBytes(secretBytes).toString('base64')}`;
      return { secret, sealed: seal(Buffer.from(secret), key) };
    },
    open: (sealed) => unseal(sealed, key).toString(),
  };
}
