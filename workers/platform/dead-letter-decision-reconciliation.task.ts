import { reconcileRows } from '../../activities/platform/reconcile.activities.js';
import { createPlatformUnderWayViews } from '../../db/platform/under-way.views.js';
import { deadLetterDecisionWorkflowId } from '../../workflows/platform/dead-letter-decision.contract.js';
import { platformTaskQueue } from '../../workflows/platform/maintenance.contract.js';
import type { Reconciliation, ReconciliationParts } from '../shared/domain.js';
import { deadLetterDecisionStart } from './request.reaction.js';

const kind = 'dead-letter-decision';

/** Decisions on all dead letters that are not carried out yet. */
export function reconcileDecisions({
  resources,
  workflows,
  reconcile,
  rowGraceMs,
}: ReconciliationParts): Reconciliation {
  const views = createPlatformUnderWayViews(resources.database.read, rowGraceMs);
  const taskQueue = resources.queueOf(platformTaskQueue);
  const task = reconcileRows(reconcile, {
    kind,
    page: views.decisions,
    workflowIdOf: ({ decisionId }) => deadLetterDecisionWorkflowId(decisionId),
    restart: (input) => workflows.restart(deadLetterDecisionStart(input, taskQueue)),
  });
  return { kind, task };
}
