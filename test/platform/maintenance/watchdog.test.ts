import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { scheduleStore, type ScheduleStore } from '../../../db/platform/schedule.store.js';
import { transacted } from '../../support/servers/transacted.js';
import { platformAccountId } from '../../../db/connection/database.js';
import type { Part } from '../../../processes/part.js';
import { startWatchdog } from '../../../workers/maintenance/watchdog.js';
import { timetable } from './maintenance-fixture.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';
import { eventually } from '../../support/timing/eventually.js';

let test: TestDatabase;
let schedules: ScheduleStore;
const watchdogs: Part[] = [];
beforeAll(async () => {
  test = await createTestDatabase();
  schedules = transacted(test.database, { accountId: platformAccountId }, (scope) =>
    scheduleStore(scope, { timetable }),
  );
});
afterEach(async () => {
  for (const watchdog of watchdogs.splice(0)) await watchdog.stop();
});
afterAll(() => test.drop());

/** A watchdog over the database alone: there is no Temporal here. */
function watch(options: { graceMs?: number } = {}): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) });
  watchdogs.push(
    startWatchdog({
      database: test.database,
      timetable,
      logger,
      everyMs: 20,
      graceMs: 0,
      ...options,
    }),
  );
  return lines;
}
const age = (task: string, periods: number) =>
  test.admin.query(
    `update platform.schedule_heartbeats set last_succeeded_at = now() - $2 * make_interval(secs => every_seconds)
     where schedule_id = $1`,
    [task, periods],
  );
async function told(): Promise<string[]> {
  const { rows } = await test.admin.query<{ told: string }>(
    "select event_type || ' ' || subject_id as told from platform.events where subject_type = 'schedule' order by position",
  );
  return rows.map((row) => row.told);
}

describe('the watchdog', () => {
  it('tells a schedule that has been silent for two periods once, and once that it is back, however many watch', async () => {
    await schedules.markStarted('purge-effects');
    await schedules.markFinished('purge-effects', 'SUCCEEDED');
    await age('purge-effects', 1.9);
    const lines = [1, 2, 3].map(() => watch());
    const all = () => lines.flat().map(({ level, schedule_id: id, msg }) => ({ level, id, msg }));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(all()).toEqual([]);

    await age('purge-effects', 2.1);
    // The task goes on failing, as good as silence.
    await schedules.markStarted('purge-effects');
    await schedules.markFinished('purge-effects', 'FAILED');
    await eventually(() => expect(all()).toHaveLength(1));
    expect(all()[0]).toMatchObject({
      level: 50,
      id: 'purge-effects',
      msg: expect.stringMatching(/silent/),
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(all()).toHaveLength(1);

    await schedules.markFinished('purge-effects', 'SUCCEEDED');
    await eventually(() => expect(all()).toHaveLength(2));
    expect(all()).toContainEqual({ level: 30, id: 'purge-effects', msg: 'schedule is back' });
    expect(await told()).toEqual([
      'SCHEDULE_SILENT purge-effects',
      'SCHEDULE_RECOVERED purge-effects',
    ]);
  });

  it('tells of a schedule that has never run', async () => {
    await schedules.tellSilences();
    await test.admin.query(
      "update platform.schedule_heartbeats set watched_since = now() - interval '49 hours' where schedule_id = 'purge-mailbox'",
    );
    const lines = watch();
    await eventually(() =>
      expect(lines.map((line) => line['schedule_id'])).toEqual(['purge-mailbox']),
    );
  });

  it('leaves schedules time to catch up when nothing ran for long', async () => {
    await age('purge-effects', 100);
    const lines = watch({ graceMs: 60_000 });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(lines).toEqual([]);
  });
});
