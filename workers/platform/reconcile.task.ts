import type { Task } from '../../activities/platform/maintenance.activities.js';
import { createWorkflows } from '../../api/shared/workflows.js';
import { inTurn, reconciledOutcomes, type Reconciled } from '../maintenance/reconciliation.js';
import { createStandings } from '../maintenance/workflow-standings.js';
import type { Counter } from '../observability/metrics/registry.js';
import type { TaskParts } from '../shared/domain.js';

/**
 * By then a row as a rule has its workflow. A look too early is harmless: an existing workflow is
 * not started again.
 */
const defaultRowGraceMs = 15_000;
/**
 * A workflow with a row that cannot be written just now is tried again for minutes, and needs
 * nobody's attention.
 */
const defaultWorkflowGraceMs = 5 * 60_000;

/**
 * Reconciles rows and workflows: the rows decide, and Temporal's side can be made from the rows.
 * Each kind is started as on the ordinary way, under the same id.
 */
export async function createReconciler(
  { resources, domains }: Pick<TaskParts, 'resources' | 'domains'>,
  { rowGraceMs = defaultRowGraceMs, workflowGraceMs = defaultWorkflowGraceMs } = {},
): Promise<Task> {
  const { logger, metrics, temporal } = resources;
  const counters = new Map<string, Counter>();
  const report = ({ kind, workflowId, outcome, reason }: Reconciled): void => {
    counters.get(`${kind} ${outcome}`)?.add();
    const fields = { workflow_id: workflowId, reason };
    if (outcome === 'mended')
      logger.warn(fields, 'workflow had come apart from its row; it is put together again');
    else logger.error(fields, 'workflow has come apart from its row, and somebody has to look');
  };
  const parts = { resources, workflows: createWorkflows(temporal.client), rowGraceMs };
  const reconciliations = await Promise.all(domains.map((domain) => domain.reconciliations(parts)));
  const workflows = createStandings(temporal.client);
  const tasks = reconciliations.flat().map(({ kind, task }) => {
    for (const outcome of reconciledOutcomes) {
      const counter = metrics.counter('millrace_reconciled_total', { kind, outcome });
      counters.set(`${kind} ${outcome}`, counter);
    }
    return task({ workflows, report, workflowGraceMs });
  });
  return inTurn(tasks);
}
