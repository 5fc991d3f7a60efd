import type { Config } from '../../config.js';
import { endLeftovers } from '../../db/embedded/leftovers.js';
import { startPostgres } from '../../db/embedded/postgres.js';
import { auditRoleWarning, isAuditRoleOpen } from '../../db/setup/audit-role.js';
import type { RoleUrls } from '../../db/setup/provision.js';
import { endRecorded } from '../../processes/record.js';
import { startTemporal } from '../../temporal-config/dev-server.js';
import { findTemporal } from '../../temporal-config/find-temporal.js';
import { prepareDatabase, useGivenDatabase } from './database.js';
import type { DataFolder, Secrets } from './data-folder.js';
import type { Screen } from './screen.js';
import { superviseService } from './supervision.js';
import type { Stops } from './stops.js';

interface BackingOptions {
  config: Config;
  folder: DataFolder;
  secrets: Secrets;
  contextKey: string;
  screen: Screen;
  stops: Stops;
}

interface Temporal {
  address: string;
  uiUrl?: string | undefined;
}

const killed = 0;
const postgresStopMs = 20_000;
const temporalStopMs = 8_000;

export const isDatabaseGiven = (config: Config) =>
  config.DATABASE_URL !== undefined || config.DATABASE_ADMIN_URL !== undefined;
export const isTemporalGiven = (config: Config) => config.TEMPORAL_ADDRESS !== undefined;

/**
 * Ends the processes of a killed start. Their work is safe in PostgreSQL, so Millrace's own
 * processes need no drain.
 */
export async function endEarlierStart({ file }: DataFolder): Promise<void> {
  for (const name of ['app', 'gateway'])
    await endRecorded(file('run', `${name}.json`), 'SIGKILL', killed);
  await endRecorded(file('temporal', 'process.json'), 'SIGTERM', temporalStopMs);
  await endLeftovers(file('postgres'), postgresStopMs);
}

/** PostgreSQL with roles, database and schema. */
export async function provideDatabase(options: BackingOptions): Promise<RoleUrls> {
  const { config, folder, secrets, contextKey, screen, stops } = options;
  const startedAt = Date.now();
  if (isDatabaseGiven(config)) {
    const urls = await useGivenDatabase(config, secrets, contextKey);
    screen.finish(`PostgreSQL at ${new URL(urls.app).host}, as DATABASE_URL says`, startedAt);
    if (await isAuditRoleOpen(urls.app)) screen.warn(auditRoleWarning);
    return urls;
  }
  let adminUrl = '';
  await superviseService(
    'PostgreSQL',
    async () => {
      const postgres = await startPostgres({
        dir: folder.file('postgres'),
        port: config.POSTGRES_PORT,
      });
      adminUrl = postgres.adminUrl;
      return postgres;
    },
    { screen, stops, hangMs: config.HANG_MS },
  );
  const urls = await prepareDatabase(adminUrl, secrets, contextKey);
  screen.finish(`PostgreSQL on port ${config.POSTGRES_PORT}, schema up to date`, startedAt);
  return urls;
}

export async function provideTemporal({
  config,
  folder,
  screen,
  stops,
}: BackingOptions): Promise<Temporal> {
  const startedAt = Date.now();
  const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace, TEMPORAL_PORT: port } = config;
  if (address !== undefined) {
    // Loaded only here: Temporal's client would cost the process 40 MiB without any other use
    // (docs/decisions/0017).
    const { prepareGivenTemporal } = await import('../../temporal-config/given-server.js');
    const { temporalTls } = await import('../process/temporal-server.js');
    await prepareGivenTemporal({
      address,
      namespace,
      ...temporalTls(config),
      apiKey: config.TEMPORAL_API_KEY,
    });
    screen.finish(`Temporal at ${address}, as TEMPORAL_ADDRESS says`, startedAt);
    return { address, uiUrl: config.TEMPORAL_UI_URL };
  }
  // Before the start, as a stop waits for the start: a download may take minutes, and leaves
  // nothing behind.
  const executable = await findTemporal({ executable: config.TEMPORAL_CLI, progress: screen.say });
  let uiUrl: string | undefined;
  await superviseService(
    'Temporal',
    async () => {
      const server = await startTemporal({
        dataDir: folder.file('temporal'),
        port,
        uiPort: config.TEMPORAL_UI_PORT,
        namespace,
        executable,
      });
      uiUrl = server.uiUrl;
      return server;
    },
    { screen, stops, hangMs: config.HANG_MS },
  );
  screen.finish(`Temporal on port ${port}`, startedAt);
  return { address: `127.0.0.1:${port}`, uiUrl };
}
