import type { Config } from '../../config.js';
import type { Database } from '../../db/connection/database.js';
import { contextKey } from './context-key.js';
import { openRoleDatabase } from './pools.js';

/** A database under signed contexts, whose entries of the audit log are proved. */
export const openDatabase = (config: Config, url: string): Promise<Database> =>
  openRoleDatabase(config, url, {
    contextKey: contextKey(config),
    auditKey: config.deriveKey('audit entries'),
  });
