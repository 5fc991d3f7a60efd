import type { Config } from '../../config.js';

/** What our relay comes to our own gateway with. */
export const relayPassword = (config: Config): string => config.deriveKey('events to the gateway');
