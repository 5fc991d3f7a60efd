import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../db/shared/database.js';
import { findDevicesWithAside, settleAside } from '../../db/water/telemetry-aside.store.js';
import type { AcceptedDevice } from '../../db/water/telemetry.inbox.js';
import type { Logger } from '../shared/logger.js';
import type { Part } from '../shared/part.js';

const everyMs = 1_000;
const devicesAtOnce = 500;
/** Looks at one device in a row: what is left is looked at with the next round, after the others. */
const looksAtOnce = 10;

/**
 * Decides once a second on the messages that stand aside. It looks closer than accepting can, and holds one device up at most.
 */
export function startAsideJudge(parts: {
  database: Pick<Database, 'inPlatform'>;
  /** Hears what was let in, after it is committed. */
  onAccepted: (devices: readonly AcceptedDevice[]) => void;
  logger: Logger;
}): Part {
  const { database, onAccepted, logger } = parts;
  const stopping = new AbortController();

  async function settle(deviceId: string): Promise<void> {
    for (let look = 0; look < looksAtOnce; look += 1) {
      const settled = await database.inPlatform((trx) => settleAside(trx, deviceId));
      if (!settled) return;
      if (settled.hasAccepted) onAccepted([settled.device]);
    }
  }

  async function settleAll(): Promise<void> {
    const devices = await database.inPlatform((trx) => findDevicesWithAside(trx, devicesAtOnce));
    for (const { deviceId } of devices) {
      if (stopping.signal.aborted) return;
      await settle(deviceId).catch((error: unknown) =>
        logger.warn({ err: error, device_id: deviceId }, 'messages that stand aside were not decided on; they will be'),
      );
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await settleAll().catch((error: unknown) =>
        logger.warn({ err: error }, 'messages that stand aside were not looked at; they will be'),
      );
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
