import type pg from 'pg';
import type { Config } from '../../config.js';
import {
  askTimeOf,
  createDatabase,
  createRolePool,
  poolUseOf,
  type Database,
  type DatabaseOptions,
  type PoolUse,
} from '../../db/connection/database.js';
import { assertBoundRole } from '../../db/setup/role-guard.js';
import { noAnswer, StartupFailure } from '../../processes/startup-failure.js';
import { clockWords, isClockRight } from './clock-watch.js';
import type { Metrics } from '../observability/metrics/registry.js';

/**
 * The open pools of this process, by role. Open pools belong to the process as a whole: metrics and
 * the clock's watch find every pool here.
 */
const openPools = new Map<() => PoolUse, string>();

type DatabaseKeys = Pick<DatabaseOptions, 'contextKey' | 'auditKey'>;

/**
 * Opens a database; refused when row-level security does not bind the role. A role with policies
 * over a signed context needs keys (signed-database.ts); a role with policies of its own needs
 * none.
 */
export async function openRoleDatabase(
  config: Config,
  url: string,
  keys: DatabaseKeys = {},
): Promise<Database> {
  await guardRole(url);
  const database = createDatabase({ url, poolMax: config.DATABASE_POOL_MAX, ...keys });
  openPools.set(database.poolUse, roleOf(url));
  const askingTime = setInterval(
    () => void database.askTime().catch(() => undefined),
    askTimeEveryMs,
  ).unref();
  return {
    ...database,
    close: () => {
      clearInterval(askingTime);
      openPools.delete(database.poolUse);
      return database.close();
    },
  };
}

/** A pool of a role with policies of its own, likewise. */
export async function openRolePool(url: string, max?: number): Promise<pg.Pool> {
  await guardRole(url);
  const pool = createRolePool(url, max === undefined ? {} : { max });
  const poolUse = () => poolUseOf(pool);
  openPools.set(poolUse, roleOf(url));
  return Object.assign(pool, {
    end: async () => {
      openPools.delete(poolUse);
      await Object.getPrototypeOf(pool).end.call(pool);
    },
  });
}

export function observePools(metrics: Metrics): void {
  metrics.onScrape((put) => {
    for (const [read, role] of openPools) {
      const { used, idle, waiting } = read();
      put('millrace_db_connections', { role, state: 'used' }, used);
      put('millrace_db_connections', { role, state: 'idle' }, idle);
      put('millrace_db_waiting', { role }, waiting);
    }
  });
}

/** A context lasts a minute: a clock that was set is noticed long before. */
const askTimeEveryMs = 10_000;

const roleOf = (url: string): string => decodeURIComponent(new URL(url).username);

async function guardRole(url: string): Promise<void> {
  const pool = createRolePool(url, { max: 1 });
  try {
    await assertBoundRole(pool);
    await askTimeOf(pool);
    assertClock();
  } catch (error) {
    if (error instanceof StartupFailure) throw error;
    throw noAnswer('PostgreSQL', `${roleOf(url)}@${new URL(url).host}`, error);
  } finally {
    await pool.end();
  }
}

function assertClock(): void {
  if (!isClockRight())
    throw new StartupFailure(
      `this machine's clock is ${clockWords()} PostgreSQL's: set both by a time server`,
    );
}
