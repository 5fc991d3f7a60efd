import { failure } from '../../workflows/shared/failure.js';
import { measurePercent } from '../../workflows/water/reservoir.rules.js';
import { databaseNow } from '../shared/database-clock.js';
import type { Database } from '../shared/database.js';
import { isForeignKeyViolation } from './in-use.records.js';
import { findMeasuredReservoir, recordReadings } from './level.store.js';
import type { Editor } from './site.records.js';

export interface ManualReading {
  levelPct: number;
  /** RFC 3339, not in the future; now when it is left out. */
  recordedAt?: string | undefined;
  note?: string | undefined;
}

export function createReadingRecords(database: Database) {
  return {
    /** What a person read off the gauge; answers the reading's id. */
    async recordManual(
      { accountId, principalId }: Editor,
      reservoirId: string,
      reading: ManualReading,
    ): Promise<string> {
      const now = new Date(databaseNow());
      const recordedAt = reading.recordedAt === undefined ? now : new Date(reading.recordedAt);
      if (recordedAt > now)
        throw failure('VALIDATION_ERROR', { errors: [{ path: '/recorded_at', message: 'must not be in the future' }] });
      const recording = database.inAccount(accountId, async (trx) => {
        const reservoir = await findMeasuredReservoir(trx, accountId, reservoirId);
        if (!reservoir) throw failure('RESOURCE_NOT_FOUND');
        const level = measurePercent(reservoir.tank, reading.levelPct);
        const { readingIds } = await recordReadings(
          trx,
          reservoir,
          [{ ...level, recordedAt: recordedAt.toISOString(), source: 'MANUAL', note: reading.note ?? null }],
          { actorPrincipalId: principalId },
        );
        const [readingId] = readingIds;
        if (readingId === undefined) throw new Error('a manual reading is always new');
        return readingId;
      });
      return recording.catch((error: unknown) => {
        // Deleted between the two statements.
        throw isForeignKeyViolation(error) ? failure('RESOURCE_NOT_FOUND') : error;
      });
    },
  };
}
export type ReadingRecords = ReturnType<typeof createReadingRecords>;
