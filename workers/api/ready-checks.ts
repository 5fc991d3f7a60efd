import { setTimeout as sleep } from 'node:timers/promises';
import type { IssuerKeys } from '../../api/authentication/external-tokens.js';
import type { Connection } from '@temporalio/client';
import { Unready, type ReadyCheck } from '../../api/shared/health.routes.js';
import type { Config } from '../../config.js';
import { livenessViews, roomViews } from '../../db/platform/readiness.views.js';
import { platformAccountId, type Database } from '../../db/connection/database.js';
import { hasRoom, isDiskFull } from '../../processes/disk.js';
import { isClockRight } from '../process/clock-watch.js';
import type { LogDestination } from '../process/log-destination.js';
import { objectFolder } from '../process/object-store.js';

interface ReadyParts {
  config: Config;
  database: Database;
  temporal: { connection: Pick<Connection, 'workflowService'> };
  log?: Pick<LogDestination, 'fault'> | undefined;
  issuers?: readonly Pick<IssuerKeys, 'issuer' | 'keys'>[];
}

const platform = { accountId: platformAccountId };
/** Probes come at any rate; room on a disk changes more slowly. */
const roomKnownMs = 5_000;
const roomWaitsMs = 500;

/** The checks of /ready: whether each dependency answers and can still write. */
export function createReadyChecks(parts: ReadyParts): ReadyCheck[] {
  const { config, database, temporal, log, issuers = [] } = parts;
  const { POSTGRES_DIR: postgresDir, TEMPORAL_DIR: temporalDir } = config;
  const { assertAlive } = livenessViews(database.reads(platform));
  const assertDatabaseRoom = knownRoom(() =>
    database.transaction(platform, (scope) => roomViews(scope).assertRoom()),
  );
  const objectDir = objectFolder(config);
  return [
    {
      name: 'postgres',
      isRequired: true,
      check: async () => {
        try {
          await assertAlive();
          await assertDatabaseRoom();
        } catch (error) {
          // On a full disk PostgreSQL may not even start.
          await assertRoom(postgresDir);
          throw error;
        }
      },
    },
    {
      name: 'temporal',
      isRequired: true,
      check: async () => {
        await assertRoom(temporalDir);
        await temporal.connection.workflowService.getSystemInfo({});
      },
    },
    {
      name: 'clock',
      isRequired: false,
      check: async () => {
        if (!isClockRight()) throw new Unready('CLOCK_APART');
      },
    },
    // Only work on objects waits.
    ...(objectDir === undefined
      ? []
      : [{ name: 'objects', isRequired: false, check: () => assertRoom(objectDir) }]),
    // Only tokens of the issuer are refused, and only after a day.
    ...issuers.map(({ issuer, keys }) => ({
      name: `issuer ${issuer}`,
      isRequired: false,
      check: () => keys.assertReachable(),
    })),
    // The log's lines are lost, and nothing else.
    ...(log === undefined
      ? []
      : [{ name: 'log', isRequired: false, check: async () => assertWritten(log) }]),
  ];
}

async function assertRoom(folder: string | undefined): Promise<void> {
  if (folder !== undefined && !(await hasRoom(folder))) throw new Unready('DISK_FULL');
}

function assertWritten(log: Pick<LogDestination, 'fault'>): void {
  const fault = log.fault();
  if (fault !== undefined) throw new Unready(fault === 'ENOSPC' ? 'DISK_FULL' : 'WRITE_FAILED');
}

/**
 * Asks for room at most once in five seconds, and again at once while there is none. Only a full
 * disk counts: where the pool is busy the answer is late, and the last answer stands.
 */
function knownRoom(ask: () => Promise<void>): () => Promise<void> {
  let [isFull, askedAt] = [false, -Infinity];
  let asking: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    try {
      await ask();
      isFull = false;
    } catch (error) {
      isFull ||= isDiskFull(error);
    }
    askedAt = performance.now();
    asking = undefined;
  };
  return async () => {
    if (isFull || performance.now() - askedAt > roomKnownMs)
      await Promise.race([(asking ??= look()), sleep(roomWaitsMs, undefined, { ref: false })]);
    if (isFull) throw new Unready('DISK_FULL');
  };
}
