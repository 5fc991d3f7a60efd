import type { WriteScope } from '../connection/database.js';
import { emitEvents } from '../shared/outbox.js';
import { scheduleRunRequested } from './schedule.events.js';

/** Requests of operators for schedules. */
export const scheduleRecords = (scope: WriteScope) => ({
  /** The run follows from the event. */
  async requestRun(scheduleId: string): Promise<void> {
    await emitEvents(scope, [
      scheduleRunRequested.of({
        accountId: null,
        subjectId: scheduleId,
        actorPrincipalId: scope.principalId,
        payload: { schedule_id: scheduleId },
      }),
    ]);
  },
});
