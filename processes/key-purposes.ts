import { hkdfSync } from 'node:crypto';
import { ConfigError } from './startup-failure.js';

/** What Millrace has keys for: each is derived from SECRET_KEY, and handed to the processes that use it and to no other. */
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
  'rate limits',
  'signing keys',
  'starts of auditExportWorkflow',
  'starts of deadLetterDecisionWorkflow',
  'starts of deviceWorkflow',
  'starts of maintenanceWorkflow',
  'starts of orderWorkflow',
  'starts of otpWorkflow',
  'webhook secrets',
] as const;
export type KeyPurpose = (typeof keyPurposes)[number];
const key = `(${keyPurposes.join('|')})=[0-9a-f]{64}`;
/** Of KEYS: purpose=hex, separated by commas or lines. */
export const keysPattern = `^${key}([,\\n]${key})*$`;

/** The key for a purpose: one that was handed, or else made from the secret; hex, 32 bytes. */
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
    if (secretKey === undefined) throw new ConfigError('SECRET_KEY: is required, or KEYS in its place');
    return Buffer.from(hkdfSync('sha256', secretKey, 'millrace', purpose, 32)).toString('hex');
  };
}
