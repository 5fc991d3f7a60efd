import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Found, WorkflowStandings } from '../../activities/platform/reconcile.activities.js';
import { underWayPageSize } from '../../db/shared/under-way.js';
import { asFailure } from '../../workflows/shared/failure.js';

export interface OpenWorkflows {
  workflowType: string;
  taskQueue: string;
  startedBefore: Date;
}
/** What Temporal says of workflows: by its list, which may be behind, or exactly. */
export interface ListedStandings extends WorkflowStandings {
  /** The ids of what is listed as open, a page at a time. */
  openPages(of: OpenWorkflows): AsyncGenerator<string[]>;
}

const running = "ExecutionStatus = 'Running'";

export function createStandings(client: Client): ListedStandings {
  const list = (query: string) => client.workflow.list({ query, pageSize: underWayPageSize });
  return {
    async openAmong(workflowIds) {
      const open = new Set<string>();
      const ids = workflowIds.map((id) => `'${id}'`).join(', ');
      for await (const { workflowId } of list(`${running} and WorkflowId in (${ids})`)) open.add(workflowId);
      return open;
    },
    async standingOf(workflowId) {
      try {
        return (await client.workflow.getHandle(workflowId).describe()).status.name;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return 'MISSING';
        throw error;
      }
    },
    async *openPages({ workflowType, taskQueue, startedBefore }) {
      const which = `WorkflowType = '${workflowType}' and TaskQueue = '${taskQueue}'`;
      let page: string[] = [];
      for await (const { workflowId } of list(
        `${running} and ${which} and StartTime < '${startedBefore.toISOString()}'`,
      )) {
        page.push(workflowId);
        if (page.length < underWayPageSize) continue;
        yield page;
        page = [];
      }
      if (page.length > 0) yield page;
    },
  };
}

/** One that ended meanwhile has missed nothing; one that does not answer is somebody's business, and the next is looked at. */
export async function answered(ask: () => Promise<Found | undefined>): Promise<Found | undefined> {
  try {
    return await ask();
  } catch (error) {
    switch (asFailure(error)?.code) {
      case 'RESOURCE_NOT_FOUND':
        return undefined;
      case 'SERVICE_UNAVAILABLE':
        return { outcome: 'apart', reason: 'NO_ANSWER' };
      default:
        throw error;
    }
  }
}
