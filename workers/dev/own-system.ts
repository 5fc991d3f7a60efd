import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../config.js';
import { roleUrls, type RoleKey } from '../../db/setup/provision.js';
import { locateDataFolder, type Secrets } from './data-folder.js';

/**
 * The variables of the system of npm start on the machine, for the operator's commands; unchanged
 * where a database is named, or where there is no such system.
 */
export function withOwnSystem(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { DATA_DIR, POSTGRES_PORT, TEMPORAL_PORT, ...config } = loadConfig(variables, {
    needsKeys: false,
  });
  const folder = locateDataFolder(DATA_DIR);
  const [secretsFile, passwordFile] = [
    join(folder, 'secrets.json'),
    join(folder, 'postgres.password'),
  ];
  const isNamed = config.DATABASE_URL !== undefined || config.DATABASE_ADMIN_URL !== undefined;
  if (isNamed || !existsSync(secretsFile) || !existsSync(passwordFile)) return variables;

  const { secretKey, passwords } = JSON.parse(readFileSync(secretsFile, 'utf8')) as Secrets;
  const superuser = `postgresql://postgres:${readFileSync(passwordFile, 'utf8').trim()}@127.0.0.1:${POSTGRES_PORT}/millrace`;
  const urls: Record<RoleKey, string> = roleUrls(superuser, 'millrace', passwords);
  return {
    DATABASE_ADMIN_URL: superuser,
    DATABASE_URL: urls.app,
    DATABASE_RELAY_URL: urls.relay,
    DATABASE_INGEST_URL: urls.ingest,
    DATABASE_MARKET_URL: urls.market,
    DATABASE_GATEWAY_URL: urls.gateway,
    TEMPORAL_ADDRESS: `127.0.0.1:${TEMPORAL_PORT}`,
    SECRET_KEY: secretKey,
    ...variables,
  };
}
