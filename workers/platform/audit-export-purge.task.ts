import type { Task } from '../../activities/platform/maintenance.activities.js';
import type { Objects } from '../../activities/shared/objects.js';
import { platformAccountId, type Database } from '../../db/connection/database.js';
import { auditExportStore } from '../../db/platform/audit/audit-export.store.js';
import { expiredExportViews } from '../../db/platform/audit/audit-export.views.js';
import { untilNothingIsLeft } from '../maintenance/repetition.js';
import { openObjects } from '../process/object-store.js';
import type { TaskParts } from '../shared/domain.js';

const batchSize = 50;

interface AuditExportPurgeParts {
  database: Pick<Database, 'reads' | 'statements'>;
  objects: Pick<Objects, 'remove'>;
}

/** The purge of the configured store. */
export const openAuditExportPurge = ({ resources }: TaskParts): Task =>
  createAuditExportPurge({
    database: resources.database,
    objects: openObjects(resources),
  });

/**
 * Removes exports at the end of their storage time: the files, then the row with their names, so a
 * run cut off is finished by the next. Nobody sees a half-removed export, as no export is shown
 * longer than stored.
 */
export function createAuditExportPurge({ database, objects }: AuditExportPurgeParts): Task {
  const exports = expiredExportViews(database.reads({ accountId: platformAccountId }));
  async function purge(): Promise<number> {
    const expired = await exports.page(batchSize);
    for (const { accountId, exportId, objectIds } of expired) {
      for (const objectId of objectIds) await objects.remove(accountId, objectId);
      await auditExportStore(database.statements({ accountId })).remove(exportId);
    }
    return expired.length;
  }
  return (progress) => untilNothingIsLeft(purge, progress);
}
