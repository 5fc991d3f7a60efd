import type { Config } from '../../config.js';

/** Signs the account context of each transaction; the database keeps the same key. */
export const contextKey = (config: Config): string => config.deriveKey('database context');
