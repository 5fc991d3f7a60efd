import {
  auditExportKeptDays,
  type AuditExportFile,
  type AuditExportState,
} from '../../workflows/platform/audit-export.contract.js';
import { statement, type Reader } from '../shared/database.js';

export interface AuditExport {
  export_id: string;
  status: AuditExportState;
  requested_at: string;
  finished_at: string | null;
  expires_at: string | null;
  done: number;
  total: number | null;
  /** Object by name of the file. */
  objects: Record<AuditExportFile, string>;
}

const kept = `make_interval(days => ${auditExportKeptDays})`;
/** One that has expired is no longer there, also while nobody has removed it yet. */
const exports = `
  select e.export_id, e.status, e.requested_at, e.finished_at, e.finished_at + ${kept} as expires_at, e.entries_done as done,
    e.last_seq as total, json_build_object('entries.jsonl', e.entries_object_id, 'manifest.json', e.manifest_object_id,
      'signature.json', e.signature_object_id) as objects
  from platform.audit_exports e where e.account_id = $1 and (e.finished_at is null or e.finished_at > now() - ${kept})`;
const find = statement('auditExport.find', `${exports} and e.export_id = $2`);
const list = statement(
  'auditExport.list',
  `${exports} and ($2::uuid is null or e.export_id < $2) order by e.export_id desc limit $3`,
);

export function createAuditExportViews(read: Reader) {
  return {
    find: async (accountId: string, exportId: string): Promise<AuditExport | undefined> =>
      (await read.inAccount<AuditExport>(accountId, find, [accountId, exportId]))[0],
    /** Newest first, from before an export. */
    list: (accountId: string, before: string | null, limit: number): Promise<AuditExport[]> =>
      read.inAccount<AuditExport>(accountId, list, [accountId, before, limit]),
  };
}
