import { failure } from '../../workflows/shared/failure.js';
import { measurePercent } from '../../workflows/water/reservoir.rules.js';
import { databaseNow } from '../connection/database-clock.js';
import type { WriteScope } from '../connection/database.js';
import { isForeignKeyViolation } from './in-use.records.js';
import { levelStore, type NewReading } from './level.store.js';

interface ManualReading {
  levelPct: number;
  /** RFC 3339, not in the future; now when left out. */
  recordedAt?: string | undefined;
  note?: string | undefined;
}

export const readingRecords = (scope: WriteScope) => ({
  /** Stores a person's reading of the gauge; answers the reading's id. */
  async recordManual(reservoirId: string, reading: ManualReading): Promise<string> {
    const { accountId, principalId: actorPrincipalId } = scope;
    const levels = levelStore(scope);
    const now = new Date(databaseNow());
    const recordedAt = reading.recordedAt === undefined ? now : new Date(reading.recordedAt);
    if (recordedAt > now)
      throw failure('VALIDATION_ERROR', {
        errors: [{ path: '/recorded_at', message: 'must not be in the future' }],
      });
    const reservoir = await levels.measured({ accountId, reservoirId });
    if (!reservoir) throw failure('RESOURCE_NOT_FOUND');
    const measured: NewReading = {
      ...measurePercent(reservoir.tank, reading.levelPct),
      recordedAt: recordedAt.toISOString(),
      source: 'MANUAL',
      note: reading.note ?? null,
    };
    const recording = levels.record(reservoir, [measured], { actorPrincipalId });
    const { readingIds } = await recording.catch((error: unknown) => {
      // Deleted between the two queries.
      throw isForeignKeyViolation(error) ? failure('RESOURCE_NOT_FOUND') : error;
    });
    const [readingId] = readingIds;
    if (readingId === undefined) throw new Error('a manual reading is always new');
    return readingId;
  },
});
