import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../config.js';
import { createDatabase, type Database } from '../../db/connection/database.js';
import type { RoleUrls } from '../../db/setup/provision.js';
import { startNodeProcess } from '../../processes/node-process.js';
import { findFreePort } from '../../processes/port.js';
import { startTemporal } from '../../temporal-config/dev-server.js';
import { contextKey } from '../../workers/process/context-key.js';
import { noHoldLimits } from '../../test/support/http/holds.js';
import { noRateLimits } from '../../test/support/http/rates.js';
import { startBenchDatabase, type BenchDatabase, type DatabaseCopy } from './database.js';

/** The servers below Millrace's processes, and a way to start processes as in production. */
export interface Stack {
  postgres: BenchDatabase;
  /** As millrace_app. */
  readonly database: Database;
  temporalAddress: string;
  /**
   * Starts a TypeScript file and waits for its readiness, with a new port in `portVariable`;
   * returns the port.
   */
  startProcess(
    entry: string,
    variables: Record<string, string>,
    portVariable?: string,
  ): Promise<number>;
  /**
   * A copy of the present database under another name: to remove a part of the schema, and compare.
   */
  copyDatabase(name: string): Promise<DatabaseCopy>;
  stop(): Promise<void>;
}

/** The environment of a process for a database: the stack's, or another. */
export const databaseVariables = (urls: RoleUrls): Record<string, string> => ({
  DATABASE_URL: urls.app,
  DATABASE_RELAY_URL: urls.relay,
  DATABASE_INGEST_URL: urls.ingest,
  DATABASE_MARKET_URL: urls.market,
  DATABASE_GATEWAY_URL: urls.gateway,
});

/** PostgreSQL and Temporal as in `npm start`. */
export async function startStack({ keepsCommitTimes = false } = {}): Promise<Stack> {
  const secretKey = randomBytes(32).toString('base64');
  const key = contextKey(loadConfig({ SECRET_KEY: secretKey }));
  const dir = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  const [postgres, temporal] = await Promise.all([
    startBenchDatabase({ contextKey: key, keepsCommitTimes }),
    startTemporal({ dataDir: join(dir, 'temporal') }),
  ]);
  const { urls } = postgres;
  const open = () => createDatabase({ url: urls.app, contextKey: key });
  let database = open();
  const common = {
    NODE_ENV: 'production',
    SECRET_KEY: secretKey,
    ...databaseVariables(urls),
    TEMPORAL_ADDRESS: temporal.address,
    // Counted as in production, and never too many.
    ...noRateLimits,
    ...noHoldLimits,
  };
  const stops: (() => Promise<void>)[] = [];
  return {
    postgres,
    get database() {
      return database;
    },
    temporalAddress: temporal.address,
    async startProcess(entry, variables, portVariable = 'PORT') {
      const port = await findFreePort();
      const name = `${stops.length}`;
      const { stop } = await startNodeProcess({
        name: entry,
        entry,
        variables: { ...process.env, ...common, [portVariable]: String(port), ...variables },
        logFile: join(dir, `${name}.log`),
        recordFile: join(dir, `${name}.json`),
        readyWithinMs: 60_000,
        graceMs: 10_000,
      });
      stops.unshift(stop);
      return port;
    },
    async copyDatabase(name) {
      await database.close();
      database = open();
      return postgres.copy(name);
    },
    async stop() {
      for (const stop of stops) await stop();
      await database.close();
      await Promise.all([postgres.stop(), temporal.stop()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}
