import { loadConfig, required } from '../config.js';
import { auditRoleWarning, isAuditRoleOpen } from '../db/shared/audit-role.js';
import { migrateDatabase } from '../db/shared/migrate.js';
import { contextKey } from './shared/context-key.js';
import { runProgram } from './shared/program.js';

/** `npm run migrate`: brings the schema of DATABASE_MIGRATION_URL to the newest version, as `npm start` does with its own. */
await runProgram(async () => {
  const config = loadConfig(process.env);
  const url = required(config, 'DATABASE_MIGRATION_URL');
  const { applied } = await migrateDatabase(url, contextKey(config), { adminUrl: config.DATABASE_ADMIN_URL });
  console.log(applied.length === 0 ? 'The schema is up to date' : `Applied ${applied.join(', ')}`);
  if (await isAuditRoleOpen(url)) console.warn(auditRoleWarning);
});
