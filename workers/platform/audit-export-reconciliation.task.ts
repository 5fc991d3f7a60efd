import { reconcileRows } from '../../activities/platform/reconcile.activities.js';
import { createPlatformUnderWayViews } from '../../db/platform/under-way.views.js';
import { auditExportWorkflowId } from '../../workflows/platform/audit-export.contract.js';
import { platformTaskQueue } from '../../workflows/platform/maintenance.contract.js';
import type { Reconciliation, ReconciliationParts } from '../shared/domain.js';
import { auditExportStart } from './request.reaction.js';

const kind = 'audit-export';

/** Exports of the audit log that are not written yet. */
export function reconcileExports({ resources, workflows, reconcile, rowGraceMs }: ReconciliationParts): Reconciliation {
  const views = createPlatformUnderWayViews(resources.database.read, rowGraceMs);
  const taskQueue = resources.queueOf(platformTaskQueue);
  const task = reconcileRows(reconcile, {
    kind,
    page: views.exports,
    workflowIdOf: ({ exportId }) => auditExportWorkflowId(exportId),
    restart: (input) => workflows.restart(auditExportStart(input, taskQueue)),
  });
  return { kind, task };
}
