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

export function createScheduleViews({ read }: { read: Reader }) {
  return { heartbeats: (): Promise<Heartbeat[]> => read.inPlatform<Heartbeat>(heartbeats, []) };
}
export type ScheduleViews = ReturnType<typeof createScheduleViews>;
