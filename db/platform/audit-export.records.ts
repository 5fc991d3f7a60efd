import type { Database } from '../shared/database.js';
import { newId } from '../shared/id.js';
import { emitEvents } from '../shared/outbox.js';
import { auditExportRequested } from './audit-export.events.js';

/** What owners ask of exports. */
export function createAuditExportRecords({ database }: { database: Database }) {
  return {
    /** The writing follows from the event. While one is on its way, that is the one. */
    request: (accountId: string, actorPrincipalId: string): Promise<string> =>
      database.inAccount(accountId, async (trx) => {
        const exportId = newId();
        // The update that changes nothing locks and answers the row that is there.
        const { rows } = await trx.raw<{ rows: { exportId: string }[] }>(
          `insert into platform.audit_exports as e (account_id, export_id) values (?, ?)
           on conflict (account_id) where status = 'RUNNING' do update set entries_done = e.entries_done
           returning e.export_id as "exportId"`,
          [accountId, exportId],
        );
        const [kept] = rows;
        if (!kept) throw new Error('an export was not written down');
        if (kept.exportId === exportId)
          await emitEvents(trx, [
            auditExportRequested.of({
              ...{ accountId, subjectId: exportId, actorPrincipalId, payload: { export_id: exportId } },
            }),
          ]);
        return kept.exportId;
      }),
  };
}
