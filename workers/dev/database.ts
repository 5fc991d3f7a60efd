import type { Config } from '../../config.js';
import { migrateDatabase } from '../../db/setup/migrate.js';
import { provisionDatabase, type RoleUrls } from '../../db/setup/provision.js';
import { isSuperuser } from '../../db/setup/superuser.js';
import { noAnswer, StartupFailure } from '../../processes/startup-failure.js';
import type { Secrets } from './data-folder.js';

const defaultName = 'millrace';

/**
 * Roles, database and schema on a server with superuser's rights: the own server, or one by a given
 * superuser's address.
 */
export async function prepareDatabase(
  adminUrl: string,
  secrets: Secrets,
  contextKey: string,
): Promise<RoleUrls> {
  const named = new URL(adminUrl).pathname.slice(1);
  const name = named === '' || named === 'postgres' ? defaultName : named;
  const urls = await provisionDatabase({ adminUrl, name, passwords: secrets.passwords });
  await migrateDatabase(urls.owner, contextKey, { adminUrl });
  return urls;
}

/**
 * The database of the given variables. With a superuser's address everything is made there;
 * otherwise each role needs an address of its own, and the schema is brought up to date where the
 * owner's address is given.
 */
export async function useGivenDatabase(
  config: Config,
  secrets: Secrets,
  contextKey: string,
): Promise<RoleUrls> {
  const adminUrl = config.DATABASE_ADMIN_URL ?? config.DATABASE_URL ?? '';
  const isAllowed = await isSuperuser(adminUrl).catch((error: unknown) => {
    throw noAnswer(
      'PostgreSQL',
      `${new URL(adminUrl).host} (DATABASE_URL or DATABASE_ADMIN_URL)`,
      error,
    );
  });
  if (isAllowed) return prepareDatabase(adminUrl, secrets, contextKey);

  const { DATABASE_URL: app = '', DATABASE_RELAY_URL: relay, DATABASE_INGEST_URL: ingest } = config;
  const {
    DATABASE_MARKET_URL: market,
    DATABASE_GATEWAY_URL: gateway,
    DATABASE_MIGRATION_URL: owner,
  } = config;
  if (
    relay === undefined ||
    ingest === undefined ||
    market === undefined ||
    gateway === undefined
  ) {
    throw new StartupFailure(
      'DATABASE_URL is not a superuser, so each role needs its own address: ' +
        'set DATABASE_RELAY_URL, DATABASE_INGEST_URL, DATABASE_MARKET_URL and DATABASE_GATEWAY_URL, and DATABASE_MIGRATION_URL to migrate. ' +
        'Or set DATABASE_ADMIN_URL to a superuser, and Millrace makes its roles and database there.',
    );
  }
  if (owner !== undefined) await migrateDatabase(owner, contextKey);
  return { app, relay, ingest, market, gateway, owner: owner ?? '' };
}
