import { ConfigError, loadConfig, required } from '../config.js';
import { migrateDatabase } from '../db/shared/migrate.js';
import { contextKey } from './shared/context-key.js';

/** `npm run migrate`: brings the schema of DATABASE_MIGRATION_URL to the newest version, as `npm start` does with its own. */
try {
  const config = loadConfig(process.env);
  const url = required(config, 'DATABASE_MIGRATION_URL');
  const { applied } = await migrateDatabase(url, contextKey(config));
  console.log(applied.length === 0 ? 'The schema is up to date' : `Applied ${applied.join(', ')}`);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
