import { setTimeout as sleep } from 'node:timers/promises';
import { platformAccountId, type Database } from '../../db/connection/database.js';
import { telemetryAsideStore } from '../../db/devices/telemetry-aside.store.js';
import { telemetryAsideViews } from '../../db/devices/telemetry-aside.views.js';
import type { AcceptedDevice } from '../../db/devices/telemetry.inbox.js';
import type { Logger } from '../observability/logger.js';
import type { Part } from '../../processes/part.js';

const platform = { accountId: platformAccountId };
const everyMs = 1_000;
const devicesAtOnce = 500;
/**
 * Rounds of judging in a row for one device; the rest waits for the next second, after the other
 * devices.
 */
const looksAtOnce = 10;

/**
 * Decides once a second on the messages aside. Judging reads more than accepting can, and holds up
 * one device at most.
 */
export function startAsideJudge(parts: {
  database: Pick<Database, 'reads' | 'transaction'>;
  /** Receives the accepted devices after the commit. */
  onAccepted: (devices: readonly AcceptedDevice[]) => void;
  logger: Logger;
}): Part {
  const { database, onAccepted, logger } = parts;
  const views = telemetryAsideViews(database.reads(platform));
  const stopping = new AbortController();

  async function settle(deviceId: string): Promise<void> {
    for (let look = 0; look < looksAtOnce; look += 1) {
      const settled = await database.transaction(platform, (scope) =>
        telemetryAsideStore(scope).settle(deviceId),
      );
      if (!settled) return;
      if (settled.hasAccepted) onAccepted([settled.device]);
    }
  }

  async function settleAll(): Promise<void> {
    for (const deviceId of await views.devices(devicesAtOnce)) {
      if (stopping.signal.aborted) return;
      await settle(deviceId).catch((error: unknown) =>
        logger.warn(
          { err: error, device_id: deviceId },
          'messages that stand aside were not decided on; they will be',
        ),
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
