import { uuid } from '../../connection/column.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { newId } from '../../shared/id.js';
import { emitEvents } from '../../shared/outbox.js';
import { auditExportRequested } from './audit-export.events.js';

/** The update without a change locks and returns the existing row. */
const exportRequest = query({
  name: 'auditExport.request',
  parameters: { accountId: uuid, exportId: uuid },
  row: { exportId: uuid },
  text: `
  insert into platform.audit_exports as e (account_id, export_id) values (:accountId, :exportId)
  on conflict (account_id) where status = 'RUNNING' do update set entries_done = e.entries_done
  returning e.export_id`,
});

/** Requests of owners for exports. */
export const auditExportRecords = (scope: WriteScope) => ({
  /**
   * Requests an export, written in reaction to the event. While an export is under way, returns the
   * id of the running export.
   */
  async request(): Promise<string> {
    const { accountId, principalId } = scope;
    const exportId = newId();
    const [kept] = await scope.run(exportRequest, { accountId, exportId });
    if (!kept) throw new Error('an export was not written down');
    if (kept.exportId === exportId)
      await emitEvents(scope, [
        auditExportRequested.of({
          accountId,
          subjectId: exportId,
          actorPrincipalId: principalId,
          payload: { export_id: exportId },
        }),
      ]);
    return kept.exportId;
  },
});
