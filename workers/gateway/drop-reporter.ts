import { setTimeout as sleep } from 'node:timers/promises';
import { platformAccountId, type Database } from '../../db/connection/database.js';
import { telemetryDropStore } from '../../db/devices/telemetry-drop.store.js';
import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics/registry.js';
import type { Part } from '../../processes/part.js';

const platform = { accountId: platformAccountId };
const everyMs = 1_000;
const batchSize = 500;
const forgetEveryMs = 600_000;

interface DropReporterParts {
  database: Pick<Database, 'transaction'>;
  logger: Logger;
  metrics?: Metrics | undefined;
}

/**
 * Reports drops once a second: a device with rubbish all day makes one event a second, not one a
 * message.
 */
export function startDropReporter({ database, logger, metrics }: DropReporterParts): Part {
  const stopping = new AbortController();

  async function report(): Promise<number> {
    const drops = await database.transaction(platform, (scope) =>
      telemetryDropStore(scope).report(batchSize),
    );
    for (const { reason, count, deviceId } of drops) {
      metrics?.counter('millrace_telemetry_drops_total', { reason }).add(count);
      logger.info({ device_id: deviceId, reason, count }, 'telemetry dropped');
    }
    return drops.length;
  }

  async function run(): Promise<void> {
    let forgotAt = performance.now();
    while (!stopping.signal.aborted) {
      try {
        while ((await report()) === batchSize);
        if (performance.now() - forgotAt > forgetEveryMs) {
          await database.transaction(platform, (scope) => telemetryDropStore(scope).forgetOld());
          forgotAt = performance.now();
        }
      } catch (error) {
        logger.warn({ err: error }, 'drops could not be told; they will be');
      }
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
