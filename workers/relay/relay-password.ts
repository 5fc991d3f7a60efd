import type { Config } from '../../config.js';

/** The relay's password at the platform's gateway. */
export const relayPassword = (config: Config): string => config.deriveKey('events to the gateway');
