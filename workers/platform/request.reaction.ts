import { createSchedules } from '../../api/shared/schedules.js';
import { createWorkflows, type WorkflowStart } from '../../api/shared/workflows.js';
import {
  auditExportWorkflowId,
  auditExportWorkflowType,
  type AuditExportInput,
} from '../../workflows/platform/audit-export.contract.js';
import type { DeadLetterDecision } from '../../workflows/platform/dead-letter.contract.js';
import {
  deadLetterDecisionWorkflowId,
  deadLetterDecisionWorkflowType,
  type DeadLetterDecisionInput,
} from '../../workflows/platform/dead-letter-decision.contract.js';
import { platformTaskQueue } from '../../workflows/platform/maintenance.contract.js';
import { searchableBy } from '../../workflows/shared/search-attributes.js';
import type { Resources } from '../process/resources.js';
import type { EventConsumer, InternalConsumer } from '../relay/sink.js';
import { tolerating } from '../shared/tolerating.js';

/**
 * Reacts to the platform's own requests. A second request for a run is skipped while the first run
 * goes on.
 */
export function createRequestReactions({
  temporal,
  queueOf,
}: Pick<Resources, 'temporal' | 'queueOf'>): InternalConsumer[] {
  const workflows = createWorkflows(temporal.client);
  const taskQueue = queueOf(platformTaskQueue);
  const schedules = createSchedules(temporal.client, taskQueue);
  const startExport: EventConsumer = ({ accountId, subjectId: exportId }) => {
    if (accountId === null) throw new Error('an export is an account’s');
    return tolerating(
      'CONFLICT',
      workflows.start(auditExportStart({ accountId, exportId }, taskQueue)),
    );
  };
  const startDecision: EventConsumer = ({ accountId, subjectId: decisionId, payload }) => {
    const { decision } = payload as { decision: DeadLetterDecision };
    const start = deadLetterDecisionStart({ accountId, decisionId, decision }, taskQueue);
    return tolerating('CONFLICT', workflows.start(start));
  };
  return [
    {
      name: 'schedule-runs',
      on: {
        SCHEDULE_RUN_REQUESTED: ({ subjectId }) => schedules.runNow(subjectId),
      },
    },
    { name: 'audit-exports', on: { AUDIT_EXPORT_REQUESTED: startExport } },
    { name: 'dead-letter-decisions', on: { DEAD_LETTER_DECISION_REQUESTED: startDecision } },
  ];
}

export const auditExportStart = (input: AuditExportInput, taskQueue: string): WorkflowStart => ({
  workflow: auditExportWorkflowType,
  workflowId: auditExportWorkflowId(input.exportId),
  taskQueue,
  args: [input],
  typedSearchAttributes: searchableBy('platform', input.accountId),
  staticSummary: 'Export of the audit log',
});

export const deadLetterDecisionStart = (
  input: DeadLetterDecisionInput,
  taskQueue: string,
): WorkflowStart => ({
  workflow: deadLetterDecisionWorkflowType,
  workflowId: deadLetterDecisionWorkflowId(input.decisionId),
  taskQueue,
  args: [input],
  typedSearchAttributes: searchableBy('platform', input.accountId ?? undefined),
  staticSummary: `Decision on all dead letters: ${input.decision}`,
});
