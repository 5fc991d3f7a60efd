import type { Task } from '../../activities/platform/maintenance.activities.js';
import { inTurn, reconciledOutcomes, type Reconciled } from '../../activities/platform/reconcile.activities.js';
import { createWorkflows } from '../../api/shared/workflows.js';
import type { Domain, ReconciliationParts } from './domain.js';
import type { Counter } from './metrics/registry.js';
import type { Resources } from './resources.js';
import { createStandings } from './workflow-standings.js';

/** A row is as a rule with its workflow by then. Being early is no fault: a workflow that is there is not started again. */
const defaultRowGraceMs = 15_000;
/** A workflow whose row cannot be written just now is tried again for minutes, and is none that somebody has to look at. */
const defaultWorkflowGraceMs = 5 * 60_000;

/**
 * Puts rows and workflows that have come apart together again: the rows decide, and Temporal's side can be made from them.
 * Each kind is started as it is started otherwise, under the same id.
 */
export async function createReconciler(
  resources: Resources,
  domains: readonly Domain[],
  { rowGraceMs = defaultRowGraceMs, workflowGraceMs = defaultWorkflowGraceMs } = {},
): Promise<Task> {
  const { client } = resources.temporal;
  const standings = createStandings(client);
  const counters = new Map<string, Counter>();
  const { logger } = resources;
  const report = ({ kind, workflowId, outcome, reason }: Reconciled): void => {
    counters.get(`${kind} ${outcome}`)?.add();
    const fields = { workflow_id: workflowId, reason };
    if (outcome === 'mended') logger.warn(fields, 'workflow had come apart from its row; it is put together again');
    else logger.error(fields, 'workflow has come apart from its row, and somebody has to look');
  };
  const parts: ReconciliationParts = {
    resources,
    workflows: createWorkflows(client),
    standings,
    reconcile: { workflows: standings, report },
    rowGraceMs,
    workflowGraceMs,
  };
  const reconciliations = (await Promise.all(domains.map((domain) => domain.reconciliations(parts)))).flat();
  for (const { kind } of reconciliations)
    for (const outcome of reconciledOutcomes)
      counters.set(`${kind} ${outcome}`, resources.metrics.counter('millrace_reconciled_total', { kind, outcome }));
  return inTurn(reconciliations.map(({ task }) => task));
}
