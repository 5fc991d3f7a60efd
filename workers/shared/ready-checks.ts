import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { Unready, type ReadyCheck } from '../../api/shared/health.routes.js';
import type { Config } from '../../config.js';
import { createRoomViews } from '../../db/platform/room.views.js';
import { statement, type Database } from '../../db/shared/database.js';
import { hasRoom, isDiskFull } from '../../processes/disk.js';
import { isClockRight } from './clock-watch.js';
import type { LogDestination } from './log-destination.js';
import { objectFolder } from './object-store.js';

export interface ReadyParts {
  config: Config;
  database: Database;
  temporal: { connection: Pick<Connection, 'workflowService'> };
  log?: Pick<LogDestination, 'fault'> | undefined;
}

const isAlive = statement('ready.alive', 'select 1 as alive');
/** Probes come as often as they like; whether there is room changes more slowly. */
const roomKnownMs = 5_000;
const roomWaitsMs = 500;

/** What /ready asks: each dependency, whether it answers and can still write. */
export function createReadyChecks({ config, database, temporal, log }: ReadyParts): ReadyCheck[] {
  const { POSTGRES_DIR: postgresDir, TEMPORAL_DIR: temporalDir } = config;
  const assertDatabaseRoom = knownRoom(createRoomViews(database).assertRoom);
  const objectDir = objectFolder(config);
  return [
    {
      name: 'postgres',
      isRequired: true,
      check: async () => {
        try {
          await database.read.inPlatform(isAlive, []);
          await assertDatabaseRoom();
        } catch (error) {
          // On a full disk it may not even start.
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
    // Only what is kept there waits.
    ...(objectDir === undefined ? [] : [{ name: 'objects', isRequired: false, check: () => assertRoom(objectDir) }]),
    // Its lines are lost, and nothing else is.
    ...(log === undefined ? [] : [{ name: 'log', isRequired: false, check: async () => assertWritten(log) }]),
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
 * Asks for room at most once in five seconds, and again at once while there is none. Only a full disk counts: where the pool is
 * busy the answer is late, and what was known stands.
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
