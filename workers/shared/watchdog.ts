import { setTimeout as sleep } from 'node:timers/promises';
import type { ScheduleStore } from '../../db/platform/schedule.store.js';
import type { Logger } from './logger.js';
import type { Part } from './part.js';

export interface WatchdogOptions {
  schedules: ScheduleStore;
  logger: Logger;
  everyMs?: number;
  /** After a time in which nothing ran, schedules get this long to catch up before they count as silent. */
  graceMs?: number;
}

/**
 * Looks at the heartbeats of schedules and says which fell silent, as a log line and an event, once a silence. It asks the
 * database only, so that it also tells when Temporal is down.
 */
export function startWatchdog({ schedules, logger, everyMs = 30_000, graceMs = 300_000 }: WatchdogOptions): Part {
  const stopping = new AbortController();
  const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);

  async function look(): Promise<void> {
    const { silent, recovered } = await schedules.tellSilences();
    for (const { scheduleId, everySeconds, silentSeconds } of silent)
      logger.error(
        { schedule_id: scheduleId, every_seconds: everySeconds, silent_seconds: silentSeconds },
        'schedule is silent: it has not succeeded for two periods',
      );
    for (const { scheduleId, silentSeconds } of recovered)
      logger.info({ schedule_id: scheduleId, silent_seconds: silentSeconds }, 'schedule is back');
  }

  async function run(): Promise<void> {
    await pause(graceMs);
    while (!stopping.signal.aborted) {
      await look().catch((error: unknown) => logger.warn({ err: error }, 'watchdog could not look at the schedules'));
      await pause(everyMs);
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
