import { platformInvariantViews } from '../../db/platform/invariant.views.js';
import { auditExportWorkflowId } from '../../workflows/platform/audit-export.contract.js';
import { notAtWork } from '../invariants/workflow-standing.js';
import type { WorkflowInvariant } from '../shared/domain.js';

/** An export with a start and without a stored end is at work. */
export const exportsAtWork: WorkflowInvariant = {
  id: 'I4',
  says: 'an export of the audit log',
  breaches: async ({ admin, temporal, limit }) => {
    const exportIds = await platformInvariantViews(admin).startedExports(limit);
    return notAtWork(temporal, exportIds.map(auditExportWorkflowId));
  },
};
