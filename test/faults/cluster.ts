import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import type pg from 'pg';
import { loadConfig } from '../../config.js';
import { startPostgres } from '../../db/embedded/postgres.js';
import { createDatabase, createRolePool, type Database } from '../../db/connection/database.js';
import { roleNames, type RoleKey } from '../../db/setup/provision.js';
import { identify, signalProcess, type ProcessIdentity } from '../../processes/identity.js';
import { startNodeProcess } from '../../processes/node-process.js';
import { findFreePort } from '../../processes/port.js';
import { startTemporal } from '../../temporal-config/dev-server.js';
import { prepareDatabase } from '../../workers/dev/database.js';
import { contextKey } from '../../workers/process/context-key.js';
import { noHoldLimits } from '../support/http/holds.js';
import { noRateLimits } from '../support/http/rates.js';
import { startProvider } from '../support/people/sso.js';
import type { OidcServer } from '../support/servers/oidc-server.js';
import { createMachineClock } from './machine-clock.js';

/** Processes that can die alone. */
export const kinds = ['relay', 'worker', 'api', 'gateway', 'temporal', 'postgres'] as const;
export type Kind = (typeof kinds)[number];
/** Of our own making: the kinds with crash points. */
export type OwnKind = Exclude<Kind, 'temporal' | 'postgres'>;
export const ownKinds = ['api', 'worker', 'relay', 'gateway'] as const satisfies readonly OwnKind[];

/** Millrace as in production, each part a separate process, each started again after every end. */
export interface Cluster {
  url: string;
  mqttUrl: string;
  bootstrapSecret: string;
  /** An immortal provider of sign-in. */
  provider: OidcServer;
  /** As a superuser, past every policy. */
  admin: pg.Pool;
  /** The same, for reads through views. */
  database: Database;
  temporal: Client;
  /** By kill -9; resolves when the next process is ready. */
  kill(kind: Kind): Promise<void>;
  /**
   * Replaces the process by another that dies at a crash point, given as name:nth; resolves after
   * the death, when the next process is ready.
   */
  dieAt(kind: OwnKind, crashAt: string, withinMs: number): Promise<void>;
  /** Stops the process in place, connections open, and continues the process afterwards. */
  freeze(kind: Kind, ms: number): Promise<void>;
  /**
   * Sets the clock of the process's machine, in seconds ahead of the others, at run time; only in a
   * cluster with clocks.
   */
  setClock(kind: OwnKind, seconds: number): Promise<void>;
  stop(): Promise<void>;
}

interface Running {
  pid: number;
  exited: Promise<unknown>;
  stop(): Promise<void>;
}

const entries: Record<OwnKind, { file: string; roles?: string }> = {
  api: { file: 'main.ts', roles: 'api' },
  worker: { file: 'main.ts', roles: 'workers' },
  relay: { file: 'main.ts', roles: 'relay' },
  gateway: { file: 'gateway.process.ts' },
};
const readyWithinMs = 90_000;
const startTries = 5;

export async function startCluster({ hasClocks = false } = {}): Promise<Cluster> {
  const dir = await mkdtemp(join(tmpdir(), 'millrace-faults-'));
  await Promise.all(['logs', 'run'].map((name) => mkdir(join(dir, name))));
  const bootstrapSecret = randomBytes(12).toString('hex');
  const secrets = {
    secretKey: randomBytes(48).toString('base64'),
    bootstrapSecret,
    passwords: Object.fromEntries(
      Object.keys(roleNames).map((role) => [role, randomBytes(18).toString('hex')]),
    ) as Record<RoleKey, string>,
  };
  const ports = { api: await findFreePort(), mqtt: await findFreePort() };
  const [postgresPort, temporalPort] = [await findFreePort(), await findFreePort()];
  const [postgres, temporalServer] = await Promise.all([
    startPostgres({ dir: join(dir, 'postgres'), port: postgresPort }),
    startTemporal({ dataDir: join(dir, 'temporal'), port: temporalPort }),
  ]);
  const provider = await startProvider(`http://127.0.0.1:${ports.api}`);
  const base = {
    NODE_ENV: 'development',
    LOG_LEVEL: 'warn',
    PORT: String(ports.api),
    MQTT_PORT: String(ports.mqtt),
    SECRET_KEY: secrets.secretKey,
    BOOTSTRAP_SECRET: bootstrapSecret,
    TEMPORAL_ADDRESS: temporalServer.address,
    DATA_DIR: join(dir, 'data'),
    // At each run of the schedule, so that a crash between storing and noting a witness is in
    // reach.
    AUDIT_WITNESS_MS: '1000',
    // Keys change again and again while tokens of theirs are in use.
    SIGNING_KEY_ROTATE_MS: '30000',
    SIGNING_KEY_PUBLISH_MS: '1000',
    // A long walk sends more than a device may in a day.
    DEVICE_MESSAGES_PER_DAY: '10000000',
    DEVICE_BYTES_PER_DAY: '10000000000',
    ...provider.variables,
    ...noRateLimits,
    ...noHoldLimits,
  };
  const urls = await prepareDatabase(postgres.adminUrl, secrets, contextKey(loadConfig(base)));
  const variables = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    ...base,
    DATABASE_URL: urls.app,
    DATABASE_RELAY_URL: urls.relay,
    DATABASE_INGEST_URL: urls.ingest,
    DATABASE_MARKET_URL: urls.market,
    DATABASE_GATEWAY_URL: urls.gateway,
  };

  const clockOf = (kind: OwnKind) => createMachineClock(join(dir, 'run', `${kind}.clock`));
  const startOwn = (kind: OwnKind, crashAt?: string): Promise<Running> => {
    const { file, roles } = entries[kind];
    return startNodeProcess({
      name: kind,
      entry: `workers/${file}`,
      variables: {
        ...variables,
        ...(roles && { ROLES: roles }),
        ...(crashAt && { CRASH_AT: crashAt }),
        ...(hasClocks && clockOf(kind).variables),
      },
      logFile: join(dir, 'logs', `${kind}.log`),
      recordFile: join(dir, 'run', `${kind}.json`),
      readyWithinMs,
      graceMs: 30_000,
    });
  };
  const start: Record<Kind, () => Promise<Running>> = {
    api: () => startOwn('api'),
    worker: () => startOwn('worker'),
    relay: () => startOwn('relay'),
    gateway: () => startOwn('gateway'),
    postgres: () => startPostgres({ dir: join(dir, 'postgres'), port: postgresPort }),
    temporal: () => startTemporal({ dataDir: join(dir, 'temporal'), port: temporalPort }),
  };
  const running = new Map<Kind, Running>([
    ['postgres', postgres],
    ['temporal', temporalServer],
  ]);
  const runningOf = (kind: Kind): Running => {
    const found = running.get(kind);
    if (!found) throw new Error(`no ${kind} runs`);
    return found;
  };

  /** Servers needed by the process may be on the way up, too. */
  async function startAgain(kind: Kind): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        running.set(kind, await start[kind]());
        return;
      } catch (error) {
        if (tries === startTries) throw error;
        await sleep(500);
      }
    }
  }

  /** Our processes without a drain: nothing waits for the remaining work. */
  async function stop(): Promise<void> {
    for (const kind of ['api', 'gateway', 'relay', 'worker'] as const) {
      const ours = running.get(kind);
      const identity = ours && identify(ours.pid);
      if (identity) signalProcess(identity, 'SIGKILL');
      await ours?.exited;
    }
    for (const kind of ['temporal', 'postgres'] as const) await running.get(kind)?.stop();
    await provider.server.stop();
    await rm(dir, { recursive: true, force: true });
  }

  try {
    if (hasClocks) for (const kind of ownKinds) await clockOf(kind).set(0);
    await Promise.all(ownKinds.map(startAgain));
  } catch (error) {
    await stop();
    throw error;
  }
  const adminUrl = postgres.adminUrl.replace(/\/postgres$/, '/millrace');
  const admin = createRolePool(adminUrl, { max: 2 });
  const database = createDatabase({ url: adminUrl, contextKey: '', poolMax: 1 });
  const connection = await Connection.connect({ address: temporalServer.address });
  return {
    url: `http://127.0.0.1:${ports.api}`,
    mqttUrl: `mqtt://127.0.0.1:${ports.mqtt}`,
    bootstrapSecret,
    provider: provider.server,
    admin,
    database,
    temporal: new Client({ connection }),

    async kill(kind) {
      const { pid, exited } = runningOf(kind);
      signalProcess(identityOf(pid), 'SIGKILL');
      await exited;
      await startAgain(kind);
    },

    async dieAt(kind, crashAt, withinMs) {
      // Without a drain: a drain would take longer than everything after.
      signalProcess(identityOf(runningOf(kind).pid), 'SIGKILL');
      await runningOf(kind).exited;
      // Waiting work may bring the process to the point before the process is ready.
      const doomed = await startOwn(kind, crashAt).catch((error: unknown) => {
        if (String(error).includes('(SIGKILL)')) return undefined;
        throw error;
      });
      if (doomed) {
        running.set(kind, doomed);
        const inTime = new AbortController();
        const late = sleep(withinMs, true, { signal: inTime.signal }).catch(() => false);
        const isLate = await Promise.race([doomed.exited.then(() => false), late]);
        inTime.abort();
        if (isLate)
          throw new Error(`the ${kind} never came to ${crashAt}:\n${await lastWords(dir, kind)}`);
      }
      await startAgain(kind);
    },

    async freeze(kind, ms) {
      const { pid } = runningOf(kind);
      signalProcess(identityOf(pid), 'SIGSTOP');
      await sleep(ms);
      signalProcess(identityOf(pid), 'SIGCONT');
    },

    setClock: (kind, seconds) => clockOf(kind).set(seconds),

    async stop() {
      await Promise.all([admin.end(), database.close(), connection.close()]);
      await stop();
    },
  };
}

function identityOf(pid: number): ProcessIdentity {
  const identity = identify(pid);
  if (!identity) throw new Error(`process ${pid} has ended by itself`);
  return identity;
}

const lastWords = async (dir: string, kind: Kind): Promise<string> =>
  (await readFile(join(dir, 'logs', `${kind}.log`), 'utf8'))
    .trim()
    .split('\n')
    .slice(-15)
    .join('\n');
