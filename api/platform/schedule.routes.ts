import { Type } from 'typebox';
import { scheduleRecords } from '../../db/platform/schedule.records.js';
import { scheduleViews } from '../../db/platform/schedule.views.js';
import type { Timetable } from '../../workflows/platform/maintenance.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import { platformAdmin, platformStaff, route, type Route } from '../route/route.js';
import { nullable, closedObject, status, timestamp } from '../route/schema.js';
import type { Schedules } from '../shared/schedules.js';

const tag = 'Maintenance';
const scheduleId = Type.String({ minLength: 1, maxLength: 100, examples: ['purge-mailbox'] });
const schedule = closedObject({
  schedule_id: scheduleId,
  every_seconds: Type.Integer({ examples: [3_600] }),
  last_started_at: nullable(timestamp),
  last_finished_at: nullable(timestamp),
  last_outcome: nullable(status('SUCCEEDED', 'FAILED')),
  is_silent: Type.Boolean({
    description: 'It has not succeeded for two of its periods, and that was told',
  }),
  is_paused: nullable(
    Type.Boolean({ description: 'By an operator; null while Temporal cannot be asked' }),
  ),
  next_run_at: nullable(timestamp),
});

export interface ScheduleRouteParts {
  timetable: Timetable;
  schedules: Pick<Schedules, 'upcoming'>;
}

/** The operator’s view of the scheduled tasks. */
export function createScheduleRoutes({ timetable, schedules }: ScheduleRouteParts): Route[] {
  const listSchedules = route({
    method: 'get',
    path: '/v1/internal/schedules',
    summary: 'What runs by itself: when it last did, how that ended, and when it will again',
    tag,
    access: platformStaff(),
    responses: { 200: closedObject({ items: Type.Array(schedule, { maxItems: 100 }) }) },
  }).handledBy(async ({ scope }) => {
    const tasks = Object.keys(timetable);
    const [stamped, upcoming] = await Promise.all([
      scheduleViews(scope).byId(),
      schedules.upcoming(tasks),
    ]);
    const items = Object.entries(timetable).map(([task, { everySeconds }]) => ({
      schedule_id: task,
      every_seconds: everySeconds,
      ...(stamped.get(task) ?? neverRun),
      is_paused: upcoming.get(task)?.isPaused ?? null,
      next_run_at: upcoming.get(task)?.nextRunAt?.toISOString() ?? null,
    }));
    return { status: 200, body: { items } };
  });

  const runSchedule = route({
    method: 'post',
    path: '/v1/internal/schedules/:schedule_id/run',
    summary: 'Run a schedule now',
    description: 'Also one that is paused. One that runs already is not run a second time.',
    tag,
    access: platformAdmin(),
    params: closedObject({ schedule_id: scheduleId }),
    responses: { 202: closedObject({ schedule_id: scheduleId }) },
    errors: ['RESOURCE_NOT_FOUND'],
    audit: { action: 'schedule.run', subject: 'schedule' },
  }).handledBy(async ({ scope, params: { schedule_id: id } }) => {
    if (!Object.hasOwn(timetable, id)) throw failure('RESOURCE_NOT_FOUND');
    await scheduleRecords(scope).requestRun(id);
    return { status: 202, body: { schedule_id: id } };
  });

  return [listSchedules, runSchedule];
}

const neverRun = {
  last_started_at: null,
  last_finished_at: null,
  last_outcome: null,
  is_silent: false,
};
