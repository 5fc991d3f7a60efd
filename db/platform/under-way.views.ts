import type { AuditExportInput } from '../../workflows/platform/audit-export.contract.js';
import type { DeadLetterDecisionInput } from '../../workflows/platform/dead-letter-decision.contract.js';
import { platformAccountId, statement, type Reader } from '../shared/database.js';
import { underWayPageSize } from '../shared/under-way.js';

const exports = statement(
  'under_way.exports',
  `select e.account_id as "accountId", e.export_id as "exportId" from platform.audit_exports e
   where e.status = 'RUNNING' and e.account_id > $1::uuid and e.requested_at < now() - $2::float * interval '1 millisecond'
   order by e.account_id limit ${underWayPageSize}`,
);
const decisions = statement(
  'under_way.decisions',
  `select nullif(r.account_id, platform.nil_uuid()) as "accountId", r.decision_id as "decisionId", r.decision
   from platform.dead_letter_decisions r
   where r.status = 'RUNNING' and ($1::uuid is null or r.account_id > $1) and r.requested_at < now() - $2::float * interval '1 millisecond'
   order by r.account_id limit ${underWayPageSize}`,
);

/** Of every account, and of the platform, what has no end yet; page by page, one of each an account; none behind the last. */
export const createPlatformUnderWayViews = (read: Reader, graceMs: number) => ({
  exports: (after?: AuditExportInput) =>
    read.inPlatform<AuditExportInput>(exports, [after?.accountId ?? platformAccountId, graceMs]),
  decisions: (after?: DeadLetterDecisionInput) =>
    read.inPlatform<DeadLetterDecisionInput>(decisions, [
      after ? (after.accountId ?? platformAccountId) : null,
      graceMs,
    ]),
});
