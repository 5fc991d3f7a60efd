import {
  auditExportKeptDays,
  type AuditExportFile,
  type AuditExportInput,
  type AuditExportState,
} from '../../../workflows/platform/audit-export.contract.js';
import {
  arrayOf,
  bigInteger,
  builtJson,
  integer,
  orNull,
  textOf,
  timestamp,
  uuid,
  type Values,
} from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

const auditExport = {
  export_id: uuid,
  status: textOf<AuditExportState>(),
  requested_at: timestamp,
  finished_at: orNull(timestamp),
  expires_at: orNull(timestamp),
  done: bigInteger,
  total: orNull(bigInteger),
  /** Object by name of the file. */
  objects: builtJson<Record<AuditExportFile, string>>(),
};
export type AuditExport = Values<typeof auditExport>;

const kept = `make_interval(days => ${auditExportKeptDays})`;
/** An expired export is no longer listed, even before the removal. */
const exports = `
  select e.export_id, e.status, e.requested_at, e.finished_at,
    e.finished_at + ${kept} as expires_at, e.entries_done as done, e.last_seq as total,
    json_build_object('entries.jsonl', e.entries_object_id,
      'manifest.json', e.manifest_object_id, 'signature.json', e.signature_object_id) as objects
  from platform.audit_exports e
  where e.account_id = :accountId and (e.finished_at is null or e.finished_at > now() - ${kept})`;

const exportById = query({
  name: 'auditExport.find',
  parameters: { accountId: uuid, exportId: uuid },
  row: auditExport,
  text: `${exports} and e.export_id = :exportId`,
});
const exportPage = query({
  name: 'auditExport.list',
  parameters: { accountId: uuid, before: orNull(uuid), limit: integer },
  row: auditExport,
  text: `${exports} and (:before is null or e.export_id < :before)
   order by e.export_id desc limit :limit`,
});

export const auditExportViews = (scope: ReadScope) => ({
  async byId(exportId: string): Promise<AuditExport | undefined> {
    const [found] = await scope.read(exportById, { accountId: scope.accountId, exportId });
    return found;
  },
  /** Newest first, from before an export. */
  page: (before: string | null, limit: number): Promise<AuditExport[]> =>
    scope.read(exportPage, { accountId: scope.accountId, before, limit }),
});

const expiredExports = query({
  name: 'auditExport.expired',
  parameters: { limit: integer },
  row: { accountId: uuid, exportId: uuid, objectIds: arrayOf(uuid) },
  text: `select e.account_id, e.export_id,
     array[e.entries_object_id, e.manifest_object_id, e.signature_object_id] as object_ids
   from platform.audit_exports e where e.finished_at <= now() - ${kept}
   order by e.finished_at limit :limit`,
});

/** An export kept for the full time, with all objects ever stored for the export. */
type ExpiredExport = AuditExportInput & { objectIds: readonly string[] };

export const expiredExportViews = (scope: ReadScope) => ({
  /** Of every account, the oldest first; in the platform's scope. */
  page: (limit: number): Promise<ExpiredExport[]> => scope.read(expiredExports, { limit }),
});
