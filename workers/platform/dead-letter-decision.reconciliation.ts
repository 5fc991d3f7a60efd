import { platformAccountId } from '../../db/connection/database.js';
import { platformUnderWayViews } from '../../db/platform/under-way.views.js';
import { deadLetterDecisionWorkflowId } from '../../workflows/platform/dead-letter-decision.contract.js';
import { platformTaskQueue } from '../../workflows/platform/maintenance.contract.js';
import { reconciliationOf, type Reconciliation } from '../maintenance/reconciliation.js';
import type { ReconciliationParts } from '../shared/domain.js';
import { deadLetterDecisionStart } from './request.reaction.js';

/** Decisions on all dead letters, not yet carried out. */
export function reconcileDecisions({
  resources,
  workflows,
  rowGraceMs,
}: ReconciliationParts): Reconciliation {
  const scope = resources.database.reads({ accountId: platformAccountId });
  const { decisions } = platformUnderWayViews(scope, rowGraceMs);
  const taskQueue = resources.queueOf(platformTaskQueue);
  return reconciliationOf({
    kind: 'dead-letter-decision',
    lists: [decisions],
    workflowIdOf: ({ decisionId }) => deadLetterDecisionWorkflowId(decisionId),
    restart: (input) => workflows.restart(deadLetterDecisionStart(input, taskQueue)),
  });
}
