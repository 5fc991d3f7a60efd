import {
  boolean,
  float,
  orNull,
  text,
  textOf,
  timestamp,
  type Values,
} from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';

const heartbeat = {
  scheduleId: text,
  /** Seconds since the last success, or since the first watch without a success. */
  ageSeconds: float,
};
type Heartbeat = Values<typeof heartbeat>;

const stampedSchedule = {
  schedule_id: text,
  last_started_at: orNull(timestamp),
  last_finished_at: orNull(timestamp),
  last_outcome: orNull(textOf<'SUCCEEDED' | 'FAILED'>()),
  is_silent: boolean,
};
type StampedSchedule = Omit<Values<typeof stampedSchedule>, 'schedule_id'>;

const heartbeats = query({
  name: 'schedules.heartbeats',
  row: heartbeat,
  text: `select h.schedule_id,
     extract(epoch from now() - coalesce(h.last_succeeded_at, h.watched_since))::float8
       as age_seconds
   from platform.schedule_heartbeats h order by h.schedule_id`,
});
const stampedSchedules = query({
  name: 'schedules.stamped',
  row: stampedSchedule,
  text: `select h.schedule_id, h.last_started_at, h.last_finished_at, h.last_outcome,
     h.silent_since is not null as is_silent
   from platform.schedule_heartbeats h`,
});

export const scheduleViews = (scope: ReadScope) => ({
  heartbeats: (): Promise<Heartbeat[]> => scope.read(heartbeats, {}),

  /** Stamps of each schedule's runs, by schedule id. */
  async byId(): Promise<Map<string, StampedSchedule>> {
    const rows = await scope.read(stampedSchedules, {});
    return new Map(rows.map(({ schedule_id: id, ...schedule }) => [id, schedule]));
  },
});
export type ScheduleViews = ReturnType<typeof scheduleViews>;
