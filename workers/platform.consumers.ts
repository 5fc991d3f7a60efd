import type { Schedules } from '../api/shared/schedules.js';
import type { MaintenanceTask } from '../workflows/platform/maintenance.contract.js';
import type { InternalConsumer } from './shared/sink.js';

/** What follows from the platform's own events. A run that is asked for twice is skipped while the first one runs. */
export const createPlatformConsumers = ({
  schedules,
}: {
  schedules: Pick<Schedules, 'runNow'>;
}): InternalConsumer[] => [
  {
    name: 'schedule-runs',
    on: { SCHEDULE_RUN_REQUESTED: ({ subjectId }) => schedules.runNow(subjectId as MaintenanceTask) },
  },
];
