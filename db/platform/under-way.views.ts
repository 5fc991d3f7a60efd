import type { AuditExportInput } from '../../workflows/platform/audit-export.contract.js';
import type { DeadLetterDecisionInput } from '../../workflows/platform/dead-letter-decision.contract.js';
import type { DeadLetterDecision } from '../../workflows/platform/dead-letter.contract.js';
import { float, orNull, textOf, uuid } from '../connection/column.js';
import { platformAccountId, type ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { underWayPageSize } from '../shared/under-way.js';

const exportsUnderWay = query({
  name: 'under_way.exports',
  parameters: { afterAccountId: uuid, graceMs: float },
  row: { accountId: uuid, exportId: uuid },
  text: `select e.account_id, e.export_id from platform.audit_exports e
   where e.status = 'RUNNING' and e.account_id > :afterAccountId
     and e.requested_at < now() - :graceMs * interval '1 millisecond'
   order by e.account_id limit ${underWayPageSize}`,
});
const decisionsUnderWay = query({
  name: 'under_way.decisions',
  parameters: { afterAccountId: orNull(uuid), graceMs: float },
  row: { accountId: orNull(uuid), decisionId: uuid, decision: textOf<DeadLetterDecision>() },
  text: `select nullif(r.account_id, platform.nil_uuid()) as account_id, r.decision_id, r.decision
   from platform.dead_letter_decisions r
   where r.status = 'RUNNING' and (:afterAccountId is null or r.account_id > :afterAccountId)
     and r.requested_at < now() - :graceMs * interval '1 millisecond'
   order by r.account_id limit ${underWayPageSize}`,
});

/**
 * Unended exports and decisions of every account and the platform, page by page, one of each an
 * account; none behind the last.
 */
export const platformUnderWayViews = (scope: ReadScope, graceMs: number) => ({
  exports: (after?: AuditExportInput): Promise<AuditExportInput[]> =>
    scope.read(exportsUnderWay, {
      afterAccountId: after?.accountId ?? platformAccountId,
      graceMs,
    }),
  decisions: (after?: DeadLetterDecisionInput): Promise<DeadLetterDecisionInput[]> =>
    scope.read(decisionsUnderWay, {
      afterAccountId: after ? (after.accountId ?? platformAccountId) : null,
      graceMs,
    }),
});
