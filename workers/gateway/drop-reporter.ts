import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../db/shared/database.js';
import { reportDrops } from '../../db/water/telemetry-drop.store.js';
import type { Logger } from '../shared/logger.js';

const everyMs = 1_000;
const batchSize = 500;

/** Tells once a second what was dropped: a device that sends rubbish all day makes one event a second, not one a message. */
export function startDropReporter({ database, logger }: { database: Database; logger: Logger }): {
  stop(): Promise<void>;
} {
  let isStopping = false;
  async function run(): Promise<void> {
    while (!isStopping) {
      try {
        while ((await database.inPlatform((trx) => reportDrops(trx, batchSize))) === batchSize);
      } catch (error) {
        logger.warn({ err: error }, 'drops could not be told; they will be');
      }
      await sleep(everyMs);
    }
  }
  const running = run();
  return {
    stop: async () => {
      isStopping = true;
      await running;
    },
  };
}
