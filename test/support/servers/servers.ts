import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../../db/embedded/postgres.js';
import { migrateDatabase } from '../../../db/setup/migrate.js';
import { provisionDatabase, roleNames, type RoleKey } from '../../../db/setup/provision.js';
import { startTemporal } from '../../../temporal-config/dev-server.js';
import { workflowBundle, workflowDomains } from '../../../temporal-config/bundle.js';
import type { TestServers } from './test-servers.js';

/**
 * The server reads the timers of the coming second ahead, and delays a shorter timer until then.
 * Tests wait for many short timers.
 */
const shortTimers = { 'history.timerProcessorMaxTimeShift': '"50ms"' };

/**
 * One real PostgreSQL and one real Temporal for the whole run; a migrated template; the workflow
 * bundles.
 */
export async function startServers(): Promise<{ stop(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'millrace-test-'));
  const [postgres, temporal, bundles] = await Promise.all([
    startPostgres({ dir: join(dir, 'postgres'), port: 0, durable: false }),
    startTemporal({ dynamicConfig: shortTimers }),
    buildBundles(),
  ]);
  const stop = async () => {
    await Promise.all([postgres.stop(), temporal.stop()]);
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const passwords = Object.fromEntries(
      Object.keys(roleNames).map((role) => [role, randomBytes(18).toString('hex')]),
    ) as Record<RoleKey, string>;
    const contextKey = randomBytes(32).toString('hex');
    const template = 'millrace_template';
    const urls = await provisionDatabase({
      adminUrl: postgres.adminUrl,
      name: template,
      passwords,
    });
    await migrateDatabase(urls.owner, contextKey, { adminUrl: postgres.adminUrl });
    const servers: TestServers = {
      postgres: { adminUrl: postgres.adminUrl, template, passwords, contextKey },
      temporal: { address: temporal.address, namespace: temporal.namespace },
      bundles,
    };
    process.env['MILLRACE_TEST_SERVERS'] = JSON.stringify(servers);
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function buildBundles(): Promise<Record<string, string>> {
  const built = await Promise.all(
    workflowDomains.map(async (domain): Promise<[string, string]> => [
      domain,
      await workflowBundle(domain),
    ]),
  );
  return Object.fromEntries(built);
}
