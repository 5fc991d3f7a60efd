import {
  maintenanceSchedules,
  maintenanceTasks,
  type MaintenanceTask,
} from '../../workflows/platform/maintenance.contract.js';
import type { Database, Transaction } from '../shared/database.js';
import { emitEvents } from '../shared/outbox.js';
import { scheduleRecovered, scheduleSilent } from './schedule.events.js';

export type Outcome = 'SUCCEEDED' | 'FAILED';
export interface Silence {
  scheduleId: string;
  everySeconds: number;
  silentSeconds: number;
}

/** Longer than this without a success is silence; a schedule that has never run counts from when it was first watched. */
const quietSince = 'coalesce(h.last_succeeded_at, h.watched_since)';
const isSilent = `${quietSince} < now() - 2 * make_interval(secs => h.every_seconds)`;
const told = `h.schedule_id as "scheduleId", h.every_seconds as "everySeconds"`;
const secondsSince = (moment: string) => `extract(epoch from now() - ${moment})::integer as "silentSeconds"`;

/** The heartbeats of schedules: what their runs stamp, and what the watchdog makes of it. */
export function createScheduleStore({ database }: { database: Database }) {
  return {
    markStarted: (scheduleId: MaintenanceTask): Promise<void> =>
      database.inPlatform(async (trx) => {
        await watch(trx);
        await trx.raw('update platform.schedule_heartbeats set last_started_at = now() where schedule_id = ?', [
          scheduleId,
        ]);
      }),

    markFinished: (scheduleId: MaintenanceTask, outcome: Outcome): Promise<void> =>
      database.inPlatform(async (trx) => {
        await trx.raw(
          `update platform.schedule_heartbeats set last_finished_at = now(), last_outcome = ?::text,
             last_succeeded_at = case when ?::text = 'SUCCEEDED' then now() else last_succeeded_at end
           where schedule_id = ?`,
          [outcome, outcome, scheduleId],
        );
      }),

    /** Tells which schedules fell silent, and which are back, once each: whoever asks, and however many ask at a time. */
    tellSilences: (): Promise<{ silent: Silence[]; recovered: Silence[] }> =>
      database.inPlatform(async (trx) => {
        await watch(trx);
        const silent = await changed(
          trx,
          `update platform.schedule_heartbeats h set silent_since = now()
           where h.schedule_id = any(?) and h.silent_since is null and ${isSilent}
           returning ${told}, ${secondsSince(quietSince)}`,
        );
        const recovered = await changed(
          trx,
          `with back as (select h.schedule_id, h.silent_since from platform.schedule_heartbeats h
             where h.schedule_id = any(?) and h.silent_since is not null and not ${isSilent} for update)
           update platform.schedule_heartbeats h set silent_since = null from back
           where back.schedule_id = h.schedule_id returning ${told}, ${secondsSince('back.silent_since')}`,
        );
        await emitEvents(trx, [
          ...silent.map(({ scheduleId, everySeconds, silentSeconds }) =>
            scheduleSilent.of({
              ...{ accountId: null, subjectId: scheduleId },
              payload: { schedule_id: scheduleId, every_seconds: everySeconds, silent_seconds: silentSeconds },
            }),
          ),
          ...recovered.map(({ scheduleId, silentSeconds }) =>
            scheduleRecovered.of({
              ...{ accountId: null, subjectId: scheduleId },
              payload: { schedule_id: scheduleId, silent_seconds: silentSeconds },
            }),
          ),
        ]);
        return { silent, recovered };
      }),
  };
}
export type ScheduleStore = ReturnType<typeof createScheduleStore>;

/** Has a row for each schedule of this version; a period that has changed counts from now on. */
async function watch(trx: Transaction): Promise<void> {
  await trx.raw(
    `insert into platform.schedule_heartbeats as h (schedule_id, every_seconds)
     select s.schedule_id, s.every_seconds from unnest(?::text[], ?::integer[]) as s(schedule_id, every_seconds)
     order by 1
     on conflict (schedule_id) do update set every_seconds = excluded.every_seconds
     where h.every_seconds <> excluded.every_seconds`,
    [maintenanceTasks, maintenanceTasks.map((task) => maintenanceSchedules[task].everySeconds)],
  );
}

async function changed(trx: Transaction, sql: string): Promise<Silence[]> {
  return (await trx.raw<{ rows: Silence[] }>(sql, [maintenanceTasks])).rows;
}
