import { Client } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, type LogLevel } from '@temporalio/worker';
import { required, type Config } from '../../config.js';
import type { Database } from '../../db/shared/database.js';
import { openDatabase } from './pools.js';
import { temporalServer } from './temporal-server.js';
import type { Logger } from './logger.js';

/** What the parts of a process share: opened once, closed last. */
export interface Resources {
  config: Config;
  logger: Logger;
  /** As millrace_app. */
  database: Database;
  /** One connection for client and workers, so that a workflow started here may run its first task here at once. */
  temporal: { connection: NativeConnection; client: Client };
  close(): Promise<void>;
}

export async function openResources(config: Config, logger: Logger): Promise<Resources> {
  Runtime.install({ logger: temporalLogger(logger) });
  const database = await openDatabase(config, required(config, 'DATABASE_URL'));
  const connection = await NativeConnection.connect(temporalServer(config));
  const client = new Client({ connection, namespace: config.TEMPORAL_NAMESPACE });
  return {
    config,
    logger,
    database,
    temporal: { connection, client },
    close: async () => {
      await connection.close();
      await database.close();
    },
  };
}

/** The SDK's lines in our log, one level lower than it ranks them: its warnings heal themselves. */
function temporalLogger(logger: Logger): DefaultLogger {
  const level: LogLevel = 'WARN';
  return new DefaultLogger(level, ({ level: ranked, message, meta }) => {
    const { error, ...fields } = (meta ?? {}) as { error?: unknown };
    const line = { ...fields, ...(error === undefined ? {} : { err: error }), component: 'temporal' };
    if (ranked === 'ERROR') logger.error(line, message);
    else logger.warn(line, message);
  });
}
