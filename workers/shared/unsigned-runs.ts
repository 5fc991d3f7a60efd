import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { UnsignedRunViews } from '../../db/platform/unsigned-run.views.js';

export interface UnsignedRunParts {
  client: Client;
  views: UnsignedRunViews;
}

interface Run {
  workflowId: string;
  runId: string;
}

/** Of all runs that a process meets, those from before; they end, and none is added. */
const mostKnown = 50_000;

/**
 * Tells the runs of the version before, whose starts carry no signature, from what a stranger starts: Temporal says when a run
 * (for one that was continued as new, the first of them) was started, which whoever starts it cannot choose, and the database
 * until when starts of that version are let through.
 */
export function createUnsignedRuns({ client, views }: UnsignedRunParts): (run: Run) => Promise<boolean> {
  const fromBefore = new Set<string>();

  /** Undefined where Temporal does not know the run any more. */
  async function startedAt({ workflowId, runId }: Run): Promise<Date | undefined> {
    try {
      const { startTime, raw } = await client.workflow.getHandle(workflowId, runId).describe();
      const firstRunId = raw.workflowExecutionInfo?.firstRunId;
      if (!firstRunId || firstRunId === runId) return startTime;
      return (await client.workflow.getHandle(workflowId, firstRunId).describe()).startTime;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  }

  return async (run) => {
    if (fromBefore.has(run.runId)) return true;
    const at = await startedAt(run);
    const isFromBefore = at !== undefined && (await views.isFromBefore(at));
    if (isFromBefore && fromBefore.size < mostKnown) fromBefore.add(run.runId);
    return isFromBefore;
  };
}
