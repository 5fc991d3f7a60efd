import type { AuditExportInput } from '../../workflows/platform/audit-export.contract.js';
import { platformAccountId, statement, type Reader } from '../shared/database.js';
import { underWayPageSize } from '../shared/under-way.js';

const exports = statement(
  'under_way.exports',
  `select e.account_id as "accountId", e.export_id as "exportId" from platform.audit_exports e
   where e.status = 'RUNNING' and e.account_id > $1::uuid and e.requested_at < now() - $2::float * interval '1 millisecond'
   order by e.account_id limit ${underWayPageSize}`,
);

/** Exports of every account that have no end yet, page by page, one an account; none behind the last. */
export const createPlatformUnderWayViews = (read: Reader, graceMs: number) => ({
  exports: (after?: AuditExportInput) =>
    read.inPlatform<AuditExportInput>(exports, [after?.accountId ?? platformAccountId, graceMs]),
});
