import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { UnsignedRunViews } from '../../db/platform/unsigned-run.views.js';

interface UnsignedRunParts {
  client: Client;
  views: UnsignedRunViews;
}

interface Run {
  workflowId: string;
  runId: string;
}

/** Known runs of the version before; runs end, and none is added. */
const mostKnown = 50_000;

/**
 * Tells runs of the version before, with starts that carry no signature, from a stranger's runs.
 * Temporal reports the start of a run (of the first run, after continue-as-new), a time that no
 * starter can choose; the database says until when unsigned starts are let through.
 */
export function createUnsignedRuns({
  client,
  views,
}: UnsignedRunParts): (run: Run) => Promise<boolean> {
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
    const startTime = await startedAt(run);
    const isFromBefore = startTime !== undefined && (await views.isFromBefore(startTime));
    if (isFromBefore && fromBefore.size < mostKnown) fromBefore.add(run.runId);
    return isFromBefore;
  };
}
