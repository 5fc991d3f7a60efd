import type { Client } from '@temporalio/client';
import {
  DefaultLogger,
  makeTelemetryFilterString,
  NativeConnection,
  Runtime,
  type LogLevel,
} from '@temporalio/worker';
import { findFreePort } from '../../processes/port.js';
import { noAnswer } from '../../processes/startup-failure.js';
import { required, type Config } from '../../config.js';
import type { Database } from '../../db/connection/database.js';
import { openDatabase } from './signed-database.js';
import { createTemporalClient } from './temporal-client.js';
import { temporalServer } from './temporal-server.js';
import type { LogDestination } from './log-destination.js';
import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics/registry.js';

/** The shared resources of a process's parts: opened once, closed last. */
export interface Resources {
  config: Config;
  logger: Logger;
  metrics: Metrics;
  /**
   * The destination of the logger's lines; undefined without a destination of the process's own.
   */
  log?: Pick<LogDestination, 'fault'> | undefined;
  /** As millrace_app. */
  database: Database;
  /**
   * One connection for client and workers: a workflow that is started here may run its first task
   * here at once.
   */
  temporal: { connection: NativeConnection; client: Client };
  /**
   * The name of a task queue in this system: another than its own where several systems share a
   * Temporal, as in tests.
   */
  queueOf: (taskQueue: string) => string;
  close(): Promise<void>;
}

export async function openResources(
  config: Config,
  logger: Logger,
  metrics: Metrics,
  log?: Resources['log'],
  queueOf: Resources['queueOf'] = (taskQueue) => taskQueue,
): Promise<Resources> {
  await installRuntime(logger, metrics);
  const database = await openDatabase(config, required(config, 'DATABASE_URL'));
  const server = temporalServer(config);
  const connection = await NativeConnection.connect(server).catch((error: unknown) => {
    throw noAnswer('Temporal', server.address, error);
  });
  const client = await createTemporalClient(config, connection);
  return {
    config,
    logger,
    metrics,
    log,
    database,
    temporal: { connection, client },
    queueOf,
    close: async () => {
      await connection.close();
      await database.close();
    },
  };
}

/**
 * Runs once a process, before the first connection. The SDK shows metrics on a port only: a port of
 * loopback, read with the process's own metrics.
 */
async function installRuntime(logger: Logger, metrics: Metrics): Promise<void> {
  const bindAddress = `127.0.0.1:${await findFreePort()}`;
  Runtime.install({
    logger: temporalLogger(logger),
    telemetryOptions: {
      // Else its core would write to the output by itself, past the list of fields and whatever
      // becomes of the disk.
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
      metrics: { prometheus: { bindAddress, countersTotalSuffix: true, unitSuffix: true } },
    },
  });
  metrics.include(async () => {
    const answer = await fetch(`http://${bindAddress}/metrics`, {
      signal: AbortSignal.timeout(2_000),
    });
    return answer.text();
  });
}

/**
 * The SDK's lines in Millrace's log, one level lower than the SDK's ranks: warnings heal
 * themselves.
 */
export function temporalLogger(logger: Logger): DefaultLogger {
  const level: LogLevel = 'WARN';
  return new DefaultLogger(level, ({ level: ranked, message, meta }) => {
    // activity-faults.ts logs the error as thrown.
    if (message === 'Activity failed') return;
    const { error, ...fields } = (meta ?? {}) as { error?: unknown };
    const line = {
      ...fields,
      ...(error === undefined ? {} : { err: error }),
      component: 'temporal',
    };
    if (ranked === 'ERROR') logger.error(line, message);
    else logger.warn(line, message);
  });
}
