import type { Config } from '../../config.js';
import type { KeyPurpose } from '../../processes/key-purposes.js';
import { ConfigError } from '../../processes/startup-failure.js';
import { startedTypes } from '../signing/start-signature.js';

/** Holders of a Temporal client that starts workflows, and holders that verify starts. */
const starts = startedTypes.map((type): KeyPurpose => `starts of ${type}`);

/**
 * Keys by holder: a process is handed its holders' keys, and may ask for no other. A test compares
 * the table with the keys that the code asks for.
 */
export const keysOfHolders = {
  api: [
    'actors of updates',
    'audit entries',
    'claim codes',
    'cursors',
    'database context',
    'invites',
    'kept answers',
    'one-time codes',
    'push tokens',
    'rate limits',
    'second factors',
    'signing keys',
    ...starts,
    'webhook secrets',
  ],
  workers: [
    'actors of updates',
    'audit entries',
    'audit keys',
    'database context',
    'invites',
    'one-time codes',
    'push tokens',
    'signing keys',
    ...starts,
  ],
  relay: [
    'audit entries',
    'database context',
    'events to the gateway',
    ...starts,
    'webhook secrets',
  ],
  gateway: ['events to the gateway', 'starts of deviceWorkflow'],
  forwarder: ['starts of deviceWorkflow'],
  /** Migrations, and the demo accounts. */
  migrate: ['audit entries', 'database context'],
  /** `audit:verify` over a database. */
  verifier: ['audit entries', 'database context'],
} as const satisfies Record<string, readonly KeyPurpose[]>;
export type KeyHolder = keyof typeof keysOfHolders;

export const isKeyHolder = (name: string): name is KeyHolder => Object.hasOwn(keysOfHolders, name);

const purposesOf = (holders: readonly KeyHolder[]): readonly KeyPurpose[] =>
  [...new Set(holders.flatMap((holder): readonly KeyPurpose[] => keysOfHolders[holder]))].sort();

/** The keys of holders, as KEYS takes them. */
export const formatKeys = (
  config: Config,
  holders: readonly KeyHolder[],
  separator = ',',
): string =>
  purposesOf(holders)
    .map((purpose) => `${purpose}=${config.deriveKey(purpose)}`)
    .join(separator);

/**
 * A configuration with the keys of its holders alone, also where SECRET_KEY would yield any key:
 * SECRET_KEY is not handed on. Throws one message with the names of all missing keys.
 */
export function withKeysOf(config: Config, holders: readonly KeyHolder[]): Config {
  const { SECRET_KEY: _secret, KEYS: handed, ...rest } = config;
  const keys = new Map<KeyPurpose, string>();
  const missing: KeyPurpose[] = [];
  for (const purpose of purposesOf(holders)) {
    try {
      keys.set(purpose, config.deriveKey(purpose));
    } catch (error) {
      if (!(error instanceof ConfigError) || handed === undefined) throw error;
      missing.push(purpose);
    }
  }
  if (missing.length > 0)
    throw new ConfigError(
      `KEYS: has none for ${missing.join(', ')}, which this process uses (${holders.join(', ')}). ` +
        `npm run keys -- ${holders.join(' ')} makes all of them from SECRET_KEY.`,
    );
  return {
    ...rest,
    deriveKey: (purpose) => {
      const key = keys.get(purpose);
      if (key === undefined)
        throw new ConfigError(`${holders.join(', ')} may not use the key for ${purpose}`);
      return key;
    },
  };
}
