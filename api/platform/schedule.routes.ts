import { Type } from 'typebox';
import { createScheduleRecords } from '../../db/platform/schedule.records.js';
import { createScheduleViews } from '../../db/platform/schedule.views.js';
import type { Database } from '../../db/shared/database.js';
import {
  maintenanceSchedules,
  maintenanceTasks,
  type MaintenanceTask,
} from '../../workflows/platform/maintenance.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import { platformAdmin, route, type Route } from '../shared/route.js';
import { nullable, object, status, timestamp } from '../shared/schema.js';
import type { Schedules } from '../shared/schedules.js';

const tag = 'Maintenance';
const scheduleId = Type.String({ minLength: 1, maxLength: 100, examples: ['purge-mailbox'] });
const schedule = object({
  schedule_id: scheduleId,
  every_seconds: Type.Integer({ examples: [3_600] }),
  last_started_at: nullable(timestamp),
  last_finished_at: nullable(timestamp),
  last_outcome: nullable(status('SUCCEEDED', 'FAILED')),
  is_silent: Type.Boolean({ description: 'It has not succeeded for two of its periods, and that was told' }),
  is_paused: nullable(Type.Boolean({ description: 'By an operator; null while Temporal cannot be asked' })),
  next_run_at: nullable(timestamp),
});

export interface ScheduleRouteParts {
  database: Database;
  schedules: Pick<Schedules, 'upcoming'>;
}

/** The operator's sight of what runs by itself. */
export function createScheduleRoutes({ database, schedules }: ScheduleRouteParts): Route[] {
  const views = createScheduleViews(database);
  const records = createScheduleRecords({ database });

  return [
    route({
      method: 'get',
      path: '/v1/internal/schedules',
      summary: 'What runs by itself: when it last did, how that ended, and when it will again',
      tag,
      access: platformAdmin(),
      responses: { 200: object({ items: Type.Array(schedule, { maxItems: 100 }) }) },
    }).handledBy(async () => {
      const [stamped, upcoming] = await Promise.all([views.list(), schedules.upcoming()]);
      const items = maintenanceTasks.map((task) => ({
        ...{ schedule_id: task, every_seconds: maintenanceSchedules[task].everySeconds },
        ...(stamped.get(task) ?? neverRun),
        is_paused: upcoming.get(task)?.isPaused ?? null,
        next_run_at: upcoming.get(task)?.nextRunAt?.toISOString() ?? null,
      }));
      return { status: 200, body: { items } };
    }),

    route({
      method: 'post',
      path: '/v1/internal/schedules/:schedule_id/run',
      summary: 'Run a schedule now',
      description: 'Also one that is paused. One that runs already is not run a second time.',
      tag,
      access: platformAdmin(),
      params: object({ schedule_id: scheduleId }),
      responses: { 202: object({ schedule_id: scheduleId }) },
      errors: ['RESOURCE_NOT_FOUND'],
      audit: { action: 'schedule.run', subject: 'schedule' },
    }).handledBy(async ({ caller, params: { schedule_id: id } }) => {
      if (!isTask(id)) throw failure('RESOURCE_NOT_FOUND');
      await records.requestRun(id, caller.principalId);
      return { status: 202, body: { schedule_id: id } };
    }),
  ];
}

const neverRun = { last_started_at: null, last_finished_at: null, last_outcome: null, is_silent: false };
const isTask = (id: string): id is MaintenanceTask => Object.hasOwn(maintenanceSchedules, id);
