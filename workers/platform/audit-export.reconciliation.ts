import { platformAccountId } from '../../db/connection/database.js';
import { platformUnderWayViews } from '../../db/platform/under-way.views.js';
import { auditExportWorkflowId } from '../../workflows/platform/audit-export.contract.js';
import { platformTaskQueue } from '../../workflows/platform/maintenance.contract.js';
import { reconciliationOf, type Reconciliation } from '../maintenance/reconciliation.js';
import type { ReconciliationParts } from '../shared/domain.js';
import { auditExportStart } from './request.reaction.js';

/** Unwritten exports of the audit log. */
export function reconcileExports({
  resources,
  workflows,
  rowGraceMs,
}: ReconciliationParts): Reconciliation {
  const scope = resources.database.reads({ accountId: platformAccountId });
  const { exports } = platformUnderWayViews(scope, rowGraceMs);
  const taskQueue = resources.queueOf(platformTaskQueue);
  return reconciliationOf({
    kind: 'audit-export',
    lists: [exports],
    workflowIdOf: ({ exportId }) => auditExportWorkflowId(exportId),
    restart: (input) => workflows.restart(auditExportStart(input, taskQueue)),
  });
}
