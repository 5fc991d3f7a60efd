import type { Timetable } from '../../workflows/platform/maintenance.contract.js';
import { arrayOf, integer, text, textOf, type Values } from '../connection/column.js';
import type { WriteScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { emitEvents } from '../shared/outbox.js';
import { scheduleRecovered, scheduleSilent } from './schedule.events.js';

type Outcome = 'SUCCEEDED' | 'FAILED';

const silence = { scheduleId: text, everySeconds: integer, silentSeconds: integer };
type Silence = Values<typeof silence>;

/**
 * Silence is a longer time without a success; a schedule that has never run counts from the first
 * watch.
 */
const quietSince = 'coalesce(h.last_succeeded_at, h.watched_since)';
const isSilent = `${quietSince} < now() - 2 * make_interval(secs => h.every_seconds)`;
const silenceSince = (moment: string) => `h.schedule_id, h.every_seconds,
     extract(epoch from now() - ${moment})::integer as silent_seconds`;

const heartbeatRows = query({
  name: 'schedules.watch',
  parameters: { scheduleIds: arrayOf(text), periodsSeconds: arrayOf(integer) },
  text: `
  insert into platform.schedule_heartbeats as h (schedule_id, every_seconds)
  select s.schedule_id, s.every_seconds
  from unnest(:scheduleIds, :periodsSeconds) as s(schedule_id, every_seconds) order by 1
  on conflict (schedule_id) do update set every_seconds = excluded.every_seconds
  where h.every_seconds <> excluded.every_seconds`,
});
const startStamp = query({
  name: 'schedules.markStarted',
  parameters: { scheduleId: text },
  text: `update platform.schedule_heartbeats h set last_started_at = now()
   where h.schedule_id = :scheduleId`,
});
const endStamp = query({
  name: 'schedules.markFinished',
  parameters: { scheduleId: text, outcome: textOf<Outcome>() },
  text: `update platform.schedule_heartbeats h
   set last_finished_at = now(), last_outcome = :outcome,
     last_succeeded_at = case when :outcome = 'SUCCEEDED' then now() else h.last_succeeded_at end
   where h.schedule_id = :scheduleId`,
});
const newSilences = query({
  name: 'schedules.fellSilent',
  parameters: { scheduleIds: arrayOf(text) },
  row: silence,
  text: `
  update platform.schedule_heartbeats h set silent_since = now()
  where h.schedule_id = any(:scheduleIds) and h.silent_since is null and ${isSilent}
  returning ${silenceSince(quietSince)}`,
});
const endedSilences = query({
  name: 'schedules.recovered',
  parameters: { scheduleIds: arrayOf(text) },
  row: silence,
  text: `
  with back as (
    select h.schedule_id, h.silent_since from platform.schedule_heartbeats h
    where h.schedule_id = any(:scheduleIds) and h.silent_since is not null and not ${isSilent}
    for update
  )
  update platform.schedule_heartbeats h set silent_since = null from back
  where back.schedule_id = h.schedule_id returning ${silenceSince('back.silent_since')}`,
});

/** Heartbeats of the version's schedules: stamps of the runs, and the watchdog's findings. */
export function scheduleStore(scope: WriteScope, { timetable }: { timetable: Timetable }) {
  const scheduleIds = Object.keys(timetable);

  /** Ensures a row for each schedule of the version; a changed period counts from now on. */
  const watch = () =>
    scope.run(heartbeatRows, {
      scheduleIds,
      periodsSeconds: Object.values(timetable).map(({ everySeconds }) => everySeconds),
    });

  return {
    async markStarted(scheduleId: string): Promise<void> {
      await watch();
      await scope.run(startStamp, { scheduleId });
    },

    async markFinished(scheduleId: string, outcome: Outcome): Promise<void> {
      await scope.run(endStamp, { scheduleId, outcome });
    },

    /**
     * Emits the schedules that fell silent or recovered, once each, however many callers ask at a
     * time.
     */
    async tellSilences(): Promise<{ silent: Silence[]; recovered: Silence[] }> {
      await watch();
      const silent = await scope.run(newSilences, { scheduleIds });
      const recovered = await scope.run(endedSilences, { scheduleIds });
      await emitEvents(scope, [...silent.map(silentEvent), ...recovered.map(recoveredEvent)]);
      return { silent, recovered };
    },
  };
}
export type ScheduleStore = ReturnType<typeof scheduleStore>;

const silentEvent = ({ scheduleId, everySeconds, silentSeconds }: Silence) =>
  scheduleSilent.of({
    accountId: null,
    subjectId: scheduleId,
    payload: {
      schedule_id: scheduleId,
      every_seconds: everySeconds,
      silent_seconds: silentSeconds,
    },
  });

const recoveredEvent = ({ scheduleId, silentSeconds }: Silence) =>
  scheduleRecovered.of({
    accountId: null,
    subjectId: scheduleId,
    payload: { schedule_id: scheduleId, silent_seconds: silentSeconds },
  });
