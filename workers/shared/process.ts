import { ConfigError, loadConfig, type Config } from '../../config.js';
import { createLogger, type Logger } from './logger.js';
import type { Part } from './part.js';

/**
 * Runs a process of ours: opens its parts, says that it is ready, and on SIGTERM or SIGINT stops them in the order in which
 * they are given. A fault at the start is one message and a non-zero exit.
 */
export async function runProcess(
  name: string,
  open: (config: Config, logger: Logger) => Promise<Part[]>,
): Promise<void> {
  const config = configOrExit();
  const logger = createLogger({ level: config.LOG_LEVEL, process: name });
  process.on('unhandledRejection', (error) => {
    logger.fatal({ err: error }, 'unhandled rejection');
    process.exit(1);
  });
  let parts: Part[];
  try {
    parts = await open(config, logger);
  } catch (error) {
    if (error instanceof ConfigError) exitWith(error.message);
    logger.fatal({ err: error }, 'could not start');
    process.exit(1);
  }
  let isStopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    logger.info({ signal }, 'stopping');
    for (const part of parts) await part.stop();
    logger.info({}, 'stopped');
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
  logger.info({}, 'ready');
  process.send?.({ ready: name });
}

function configOrExit(): Config {
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (error instanceof ConfigError) exitWith(error.message);
    throw error;
  }
}

function exitWith(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
