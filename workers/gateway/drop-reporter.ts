import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../db/shared/database.js';
import { forgetOldDrops, reportDrops } from '../../db/water/telemetry-drop.store.js';
import type { Logger } from '../shared/logger.js';
import type { Metrics } from '../shared/metrics/registry.js';
import type { Part } from '../shared/part.js';

const everyMs = 1_000;
const batchSize = 500;
const forgetEveryMs = 600_000;

export interface DropReporterParts {
  database: Pick<Database, 'inPlatform'>;
  logger: Logger;
  metrics?: Metrics | undefined;
}

/** Tells once a second what was dropped: a device that sends rubbish all day makes one event a second, not one a message. */
export function startDropReporter({ database, logger, metrics }: DropReporterParts): Part {
  const stopping = new AbortController();

  async function report(): Promise<number> {
    const drops = await database.inPlatform((trx) => reportDrops(trx, batchSize));
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
          await database.inPlatform(forgetOldDrops);
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
