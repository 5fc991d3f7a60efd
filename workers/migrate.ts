import { loadConfig, required } from '../config.js';
import { auditRoleWarning, isAuditRoleOpen } from '../db/setup/audit-role.js';
import { migrateDatabase } from '../db/setup/migrate.js';
import { contextKey } from './process/context-key.js';
import { runProgram } from './process/program.js';

/**
 * `npm run migrate`: brings the schema of DATABASE_MIGRATION_URL to the newest version, as `npm
 * start` does for the system on the machine.
 */
await runProgram(async () => {
  const config = loadConfig(process.env);
  const url = required(config, 'DATABASE_MIGRATION_URL');
  const { applied } = await migrateDatabase(url, contextKey(config), {
    adminUrl: config.DATABASE_ADMIN_URL,
  });
  console.log(applied.length === 0 ? 'The schema is up to date' : `Applied ${applied.join(', ')}`);
  if (await isAuditRoleOpen(url)) console.warn(auditRoleWarning);
});
