import { setTimeout as sleep } from 'node:timers/promises';
import { platformAccountId, type Database } from '../../db/connection/database.js';
import { scheduleStore } from '../../db/platform/schedule.store.js';
import type { Timetable } from '../../workflows/platform/maintenance.contract.js';
import type { Logger } from '../observability/logger.js';
import type { Part } from '../../processes/part.js';

interface WatchdogOptions {
  database: Pick<Database, 'transaction'>;
  timetable: Timetable;
  logger: Logger;
  everyMs?: number;
  /** After a time without any run, schedules get so long to catch up before counting as silent. */
  graceMs?: number;
}

/**
 * Looks at the heartbeats of schedules and reports silent schedules, as a log line and an event,
 * once a silence. The watchdog asks the database only, so the report also comes while Temporal is
 * down.
 */
export function startWatchdog({
  database,
  timetable,
  logger,
  everyMs = 30_000,
  graceMs = 300_000,
}: WatchdogOptions): Part {
  const stopping = new AbortController();
  const pause = (ms: number) =>
    sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);

  async function look(): Promise<void> {
    const { silent, recovered } = await database.transaction(
      { accountId: platformAccountId },
      (scope) => scheduleStore(scope, { timetable }).tellSilences(),
    );
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
      await look().catch((error: unknown) =>
        logger.warn({ err: error }, 'watchdog could not look at the schedules'),
      );
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
