import type { LateWorkflows } from '../../api/shared/workflow-diagnostics.js';
import type { Reconciliation } from '../maintenance/reconciliation.js';
import type { Domain, ReconciliationParts } from '../shared/domain.js';

const rowGraceMs = 15_000;

/** Workflows with a possible wait, by the rows of every domain. */
export async function openLateWorkflows(
  domains: readonly Domain[],
  parts: Omit<ReconciliationParts, 'rowGraceMs'>,
): Promise<LateWorkflows> {
  const kinds = await Promise.all(
    domains.map((domain) => domain.reconciliations({ ...parts, rowGraceMs })),
  );
  return lateWorkflowsOf(kinds.flat());
}

function lateWorkflowsOf(kinds: readonly Reconciliation[]): LateWorkflows {
  return {
    behind: async (limit) => (await Promise.all(kinds.map(({ late }) => late(limit)))).flat(),
    early: kinds.flatMap(({ early }) => {
      if (!early) return [];
      const { workflowType, taskQueue, rowsOf } = early;
      const withoutRow = async (workflowIds: readonly string[]): Promise<string[]> => {
        const rows = await rowsOf(workflowIds);
        return workflowIds.filter((id) => !rows.has(id));
      };
      return [{ workflowType, taskQueue, withoutRow }];
    }),
  };
}
