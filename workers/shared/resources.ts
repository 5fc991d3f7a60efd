import type { Client } from '@temporalio/client';
import { DefaultLogger, makeTelemetryFilterString, NativeConnection, Runtime, type LogLevel } from '@temporalio/worker';
import { findFreePort } from '../../processes/port.js';
import { noAnswer } from '../../processes/startup-failure.js';
import { required, type Config } from '../../config.js';
import type { Database } from '../../db/shared/database.js';
import { openDatabase } from './signed-database.js';
import { createTemporalClient } from './temporal-client.js';
import { temporalServer } from './temporal-server.js';
import type { LogDestination } from './log-destination.js';
import type { Logger } from './logger.js';
import type { Metrics } from './metrics/registry.js';

/** What the parts of a process share: opened once, closed last. */
export interface Resources {
  config: Config;
  logger: Logger;
  metrics: Metrics;
  /** Where the lines of the logger go; undefined where they are nobody's. */
  log?: Pick<LogDestination, 'fault'> | undefined;
  /** As millrace_app. */
  database: Database;
  /** One connection for client and workers, so that a workflow started here may run its first task here at once. */
  temporal: { connection: NativeConnection; client: Client };
  /** What a task queue is called here: by its own name, but where several systems share a Temporal, as in tests. */
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

/** Once a process, before its first connection. The SDK shows its metrics on a port only: one of loopback, read when ours are. */
export async function installRuntime(logger: Logger, metrics: Metrics): Promise<void> {
  const bindAddress = `127.0.0.1:${await findFreePort()}`;
  Runtime.install({
    logger: temporalLogger(logger),
    telemetryOptions: {
      // Else its core would write to the output by itself, past the list of fields and whatever becomes of the disk.
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
      metrics: { prometheus: { bindAddress, countersTotalSuffix: true, unitSuffix: true } },
    },
  });
  metrics.include(async () => {
    const answer = await fetch(`http://${bindAddress}/metrics`, { signal: AbortSignal.timeout(2_000) });
    return answer.text();
  });
}

/** The SDK's lines in our log, one level lower than it ranks them: its warnings heal themselves. */
export function temporalLogger(logger: Logger): DefaultLogger {
  const level: LogLevel = 'WARN';
  return new DefaultLogger(level, ({ level: ranked, message, meta }) => {
    // Told by activity-faults.ts, which has the error as it was thrown.
    if (message === 'Activity failed') return;
    const { error, ...fields } = (meta ?? {}) as { error?: unknown };
    const line = { ...fields, ...(error === undefined ? {} : { err: error }), component: 'temporal' };
    if (ranked === 'ERROR') logger.error(line, message);
    else logger.warn(line, message);
  });
}
