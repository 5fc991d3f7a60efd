import { hkdfSync } from 'node:crypto';
import { ConfigError } from './startup-failure.js';

/**
 * The purposes of Millrace's keys, beside the starts of each type of workflow. A key is derived
 * from SECRET_KEY, and handed only to processes with a use for the key.
 */
export const keyPurposes = [
  'actors of updates',
  'audit entries',
  'audit keys',
  'claim codes',
  'cursors',
  'database context',
  'events to the gateway',
  'kept answers',
  'one-time codes',
  'push tokens',
  'invites',
  'rate limits',
  'second factors',
  'signing keys',
  'webhook secrets',
] as const;
export type KeyPurpose = (typeof keyPurposes)[number] | `starts of ${string}`;
const key = `(${keyPurposes.join('|')}|starts of \\w+Workflow)=[0-9a-f]{64}`;
/** Of KEYS: purpose=hex, separated by commas or lines. */
export const keysPattern = `^${key}([,\\n]${key})*$`;

/** The key for a purpose, as handed or derived from the secret; hex, 32 bytes. */
export function keySource({
  secretKey,
  handed,
}: {
  secretKey: string | undefined;
  handed: string | undefined;
}): (purpose: KeyPurpose) => string {
  if (handed !== undefined) {
    const keys = new Map(handed.split(/[,\n]/).map((each) => each.split('=') as [string, string]));
    return (purpose) => {
      const key = keys.get(purpose);
      if (key === undefined) throw new ConfigError(`KEYS: has none for ${purpose}`);
      return key;
    };
  }
  return (purpose) => {
    if (secretKey === undefined)
      throw new ConfigError('SECRET_KEY: is required, or KEYS in its place');
    return Buffer.from(hkdfSync('sha256', secretKey, 'millrace', purpose, 32)).toString('hex');
  };
}
