import { statement, type Reader } from '../shared/database.js';

export interface Heartbeat {
  scheduleId: string;
  /** Since its last success, or since it is watched where it had none. */
  ageSeconds: number;
}

const heartbeats = statement(
  'schedules.heartbeats',
  `select h.schedule_id as "scheduleId",
     extract(epoch from now() - coalesce(h.last_succeeded_at, h.watched_since))::float8 as "ageSeconds"
   from platform.schedule_heartbeats h order by h.schedule_id`,
);

export interface StampedSchedule {
  last_started_at: string | null;
  last_finished_at: string | null;
  last_outcome: 'SUCCEEDED' | 'FAILED' | null;
  is_silent: boolean;
}

const stamped = statement(
  'schedules.stamped',
  `select h.schedule_id, h.last_started_at, h.last_finished_at, h.last_outcome, h.silent_since is not null as is_silent
   from platform.schedule_heartbeats h`,
);

export function createScheduleViews({ read }: { read: Reader }) {
  return {
    heartbeats: (): Promise<Heartbeat[]> => read.inPlatform<Heartbeat>(heartbeats, []),
    /** What the runs of each schedule stamped, by its id. */
    async list(): Promise<Map<string, StampedSchedule>> {
      const rows = await read.inPlatform<StampedSchedule & { schedule_id: string }>(stamped, []);
      return new Map(rows.map(({ schedule_id: id, ...schedule }) => [id, schedule]));
    },
  };
}
export type ScheduleViews = ReturnType<typeof createScheduleViews>;
