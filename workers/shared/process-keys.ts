import type { Config } from '../../config.js';
import { keyPurposes, type KeyPurpose } from '../../processes/key-purposes.js';
import { ConfigError } from '../../processes/startup-failure.js';

/** Who has a client of Temporal that starts anything, and who looks whether a start is signed. */
const starts = [
  ...(['starts of auditExportWorkflow', 'starts of deadLetterDecisionWorkflow', 'starts of deviceWorkflow'] as const),
  ...(['starts of maintenanceWorkflow', 'starts of orderWorkflow', 'starts of otpWorkflow'] as const),
] as const;

/** Who uses which keys: what a process may ask for, and all that is to be handed to it. A test compares it with what is asked for. */
export const keysOfHolders = {
  api: [
    'actors of updates',
    'audit entries',
    'claim codes',
    'cursors',
    'database context',
    'kept answers',
    'one-time codes',
    'rate limits',
    'signing keys',
    ...starts,
    'webhook secrets',
  ],
  workers: ['actors of updates', 'audit entries', 'audit keys', 'database context', 'one-time codes', ...starts],
  relay: ['audit entries', 'database context', 'events to the gateway', ...starts, 'webhook secrets'],
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
  keyPurposes.filter((purpose) => holders.some((holder) => keysOfHolders[holder].some((own) => own === purpose)));

/** The keys of holders, as KEYS takes them. */
export const formatKeys = (config: Config, holders: readonly KeyHolder[], separator = ','): string =>
  purposesOf(holders)
    .map((purpose) => `${purpose}=${config.deriveKey(purpose)}`)
    .join(separator);

/**
 * A configuration with the keys of its holders alone, also where SECRET_KEY would yield any: it is not handed on. Throws one
 * message that names every key that is missing.
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
      if (key === undefined) throw new ConfigError(`${holders.join(', ')} may not use the key for ${purpose}`);
      return key;
    },
  };
}
