import type { MaintenanceTask } from '../../workflows/platform/maintenance.contract.js';
import type { Database } from '../shared/database.js';
import { emitEvents } from '../shared/outbox.js';
import { scheduleRunRequested } from './schedule.events.js';

/** What operators ask of schedules. */
export function createScheduleRecords({ database }: { database: Database }) {
  return {
    /** The run follows from the event. */
    requestRun: (scheduleId: MaintenanceTask, actorPrincipalId: string): Promise<void> =>
      database.inPlatform(async (trx) => {
        const payload = { schedule_id: scheduleId };
        await emitEvents(trx, [
          scheduleRunRequested.of({ accountId: null, subjectId: scheduleId, actorPrincipalId, payload }),
        ]);
      }),
  };
}
