import type { AuditExportFile, AuditExportState } from '../../workflows/platform/audit-export.contract.js';
import { statement, type Reader } from '../shared/database.js';

export interface AuditExport {
  export_id: string;
  status: AuditExportState;
  requested_at: string;
  finished_at: string | null;
  done: number;
  total: number | null;
  /** Object by name of the file. */
  objects: Record<AuditExportFile, string>;
}

const find = statement(
  'auditExport.find',
  `select e.export_id, e.status, e.requested_at, e.finished_at, e.entries_done as done, e.last_seq as total,
     json_build_object('entries.jsonl', e.entries_object_id, 'manifest.json', e.manifest_object_id,
       'signature.json', e.signature_object_id) as objects
   from platform.audit_exports e where e.account_id = $1 and e.export_id = $2`,
);

export function createAuditExportViews(read: Reader) {
  return {
    find: async (accountId: string, exportId: string): Promise<AuditExport | undefined> =>
      (await read.inAccount<AuditExport>(accountId, find, [accountId, exportId]))[0],
  };
}
