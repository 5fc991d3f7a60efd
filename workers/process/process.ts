import { loadConfig, type Config } from '../../config.js';
import { armCrashPoint } from '../../db/connection/crash-point.js';
import { StartupFailure } from '../../processes/startup-failure.js';
import { watchClock } from './clock-watch.js';
import { observeLog, openStandardOutput, type LogDestination } from './log-destination.js';
import { createLogger, type Logger } from '../observability/logger.js';
import { createProcessMetrics, metricsEndpoint } from './process-metrics.js';
import { listenForScrapes } from '../observability/metrics/endpoint.js';
import type { Metrics } from '../observability/metrics/registry.js';
import type { Part } from '../../processes/part.js';
import { withKeysOf, type KeyHolder } from './process-keys.js';
import { startTracing } from '../observability/tracing/start.js';

/**
 * Runs a process of Millrace: opens the parts, reports ready, and on SIGTERM or SIGINT stops the
 * parts in their order. A fault at the start is one message and a non-zero exit. Parts get the keys
 * of the process's holders, and no other.
 */
export async function runProcess(
  name: string,
  holders: (config: Config) => readonly KeyHolder[],
  open: (config: Config, logger: Logger, metrics: Metrics, log: LogDestination) => Promise<Part[]>,
): Promise<void> {
  const config = configOrExit(holders);
  if (config.CRASH_AT !== undefined) armOrExit(config.CRASH_AT);
  const destination = openStandardOutput();
  const logger = createLogger({ level: config.LOG_LEVEL, process: name, destination });
  destination.onRecovered((lost) =>
    logger.warn({ lost }, 'lines of the log could not be written, and are lost'),
  );
  process.on('unhandledRejection', (error) => {
    logger.fatal({ err: error }, 'unhandled rejection');
    process.exit(1);
  });
  let parts: Part[];
  try {
    parts = await openObserved(config, { name, log: destination, logger }, (metrics) =>
      open(config, logger, metrics, destination),
    );
  } catch (error) {
    if (error instanceof StartupFailure) exitWith(error.message);
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

/**
 * Traces run from before the first part until after the last; metrics have a port of their own
 * where a port is set.
 */
async function openObserved(
  config: Config,
  { name, log, logger }: { name: string; log: LogDestination; logger: Logger },
  open: (metrics: Metrics) => Promise<Part[]>,
): Promise<Part[]> {
  const tracing = await startTracing(config, name);
  const metrics = createProcessMetrics();
  observeLog(metrics, log);
  watchClock({ logger, metrics });
  const parts = await open(metrics);
  const { METRICS_PORT: port } = config;
  if (port !== undefined)
    parts.push(await listenForScrapes(metricsEndpoint(config, metrics), port, config.HOST));
  if (tracing) parts.push(tracing);
  return parts;
}

function configOrExit(holders: (config: Config) => readonly KeyHolder[]): Config {
  try {
    const config = loadConfig(process.env);
    return withKeysOf(config, holders(config));
  } catch (error) {
    if (error instanceof StartupFailure) exitWith(error.message);
    throw error;
  }
}

function armOrExit(pointName: string): void {
  try {
    armCrashPoint(pointName);
  } catch (error) {
    exitWith(`CRASH_AT: ${String(error)}`);
  }
}

function exitWith(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
