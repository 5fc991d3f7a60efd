import type { AuditExportStore } from '../../db/platform/audit-export.store.js';
import type { Objects } from '../shared/objects.js';
import { untilNothingIsLeft, type Task } from './maintenance.activities.js';

const batchSize = 50;

export interface AuditExportPurgeParts {
  exports: Pick<AuditExportStore, 'expired' | 'remove'>;
  objects: Pick<Objects, 'remove'>;
}

/**
 * Removes exports that were kept for long enough: their files, then the row that names them, so a run that was cut off is
 * finished by the next. Nobody sees one in between, since it is shown for no longer than it is kept.
 */
export function createAuditExportPurge({ exports, objects }: AuditExportPurgeParts): Task {
  async function purge(): Promise<number> {
    const expired = await exports.expired(batchSize);
    for (const { objectIds, ...of } of expired) {
      for (const objectId of objectIds) await objects.remove(of.accountId, objectId);
      await exports.remove(of);
    }
    return expired.length;
  }
  return (progress) => untilNothingIsLeft(purge, progress);
}
