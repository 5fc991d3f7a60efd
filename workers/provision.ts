import { loadConfig, required } from '../config.js';
import { provisionDatabase, type RoleKey } from '../db/setup/provision.js';
import { runProgram } from './process/program.js';

const addresses = {
  owner: 'DATABASE_MIGRATION_URL',
  app: 'DATABASE_URL',
  relay: 'DATABASE_RELAY_URL',
  ingest: 'DATABASE_INGEST_URL',
  market: 'DATABASE_MARKET_URL',
  gateway: 'DATABASE_GATEWAY_URL',
} as const;

/**
 * Makes roles, database and extensions as the superuser of DATABASE_ADMIN_URL, with the names and
 * passwords from the roles' own addresses. A repeat changes only passwords: the way to rotate
 * passwords.
 */
await runProgram(async () => {
  const config = loadConfig(process.env, { needsKeys: false });
  const roles = Object.entries(addresses) as [RoleKey, (typeof addresses)[RoleKey]][];
  const passwords = Object.fromEntries(
    roles.map(([role, name]) => [
      role,
      decodeURIComponent(new URL(required(config, name)).password),
    ]),
  ) as Record<RoleKey, string>;
  const name = new URL(required(config, 'DATABASE_URL')).pathname.slice(1);
  await provisionDatabase({ adminUrl: required(config, 'DATABASE_ADMIN_URL'), name, passwords });
  console.log(`The database ${name} and its roles are there`);
});
