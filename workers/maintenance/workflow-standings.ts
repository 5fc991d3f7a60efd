import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Found, WorkflowStandings } from './reconciliation.js';
import { underWayPageSize } from '../../db/shared/under-way.js';
import { asFailure } from '../../workflows/shared/failure.js';

const running = "ExecutionStatus = 'Running'";

export function createStandings(client: Client): WorkflowStandings {
  const list = (query: string) => client.workflow.list({ query, pageSize: underWayPageSize });
  return {
    async openAmong(workflowIds) {
      const open = new Set<string>();
      const ids = workflowIds.map((id) => `'${id}'`).join(', ');
      for await (const { workflowId } of list(`${running} and WorkflowId in (${ids})`))
        open.add(workflowId);
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
    async *openPages({ workflowType, taskQueue }, startedBefore) {
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

/**
 * A workflow ended meanwhile has missed nothing; a workflow without an answer is reported, and the
 * walk goes on.
 */
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
