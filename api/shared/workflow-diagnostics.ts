import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { databaseNow } from '../../db/shared/database-clock.js';
import { accountIdKey } from '../../workflows/shared/search-attributes.js';

/** How it has ended; or that Temporal reports the tasks of one that is under way to fail. */
export const troubles = ['FAILED', 'TIMED_OUT', 'TERMINATED', 'TASK_FAILS'] as const;
export type Trouble = (typeof troubles)[number];
export interface TroubledWorkflow {
  workflow_id: string;
  workflow_type: string;
  account_id: string | null;
  started_at: string;
  trouble: Trouble;
}
export interface WorkflowDiagnostics {
  /** Newest first. */
  troubled(limit: number): Promise<TroubledWorkflow[]>;
}

/** Of servers from 1.30 on; an older one only shows in each history that its tasks fail. */
const problem = 'TemporalReportedProblems';
const rpcDeadlineMs = 3_000;
const endedWithinDays = 3;
const dayMs = 86_400_000;

/** By what Temporal knows of its workflows; the database knows what became of what they do. */
export function createWorkflowDiagnostics(client: Client): WorkflowDiagnostics {
  const withDeadline = <T>(work: () => Promise<T>) => client.withDeadline(Date.now() + rpcDeadlineMs, work);

  async function found(query: string, limit: number): Promise<WorkflowExecutionInfo[]> {
    const executions: WorkflowExecutionInfo[] = [];
    for await (const execution of client.workflow.list({ query, pageSize: limit })) {
      executions.push(execution);
      if (executions.length === limit) break;
    }
    return executions;
  }
  async function isProblemKnown(): Promise<boolean> {
    const { keys } = await client.workflowService.getSearchAttributes({});
    return Object.hasOwn(keys ?? {}, problem);
  }

  return {
    troubled: (limit) =>
      withDeadline(async () => {
        const since = new Date(databaseNow() - endedWithinDays * dayMs).toISOString();
        const [ended, failing] = await Promise.all([
          found(`ExecutionStatus in ('Failed', 'TimedOut', 'Terminated') and CloseTime > '${since}'`, limit),
          (await isProblemKnown()) ? found(`ExecutionStatus = 'Running' and ${problem} is not null`, limit) : [],
        ]);
        const items = [...failing.map((each) => told(each, 'TASK_FAILS')), ...ended.map((each) => told(each))];
        return items.sort((one, other) => other.started_at.localeCompare(one.started_at)).slice(0, limit);
      }),
  };
}

const endings: Readonly<Record<string, Trouble>> = {
  FAILED: 'FAILED',
  TIMED_OUT: 'TIMED_OUT',
  TERMINATED: 'TERMINATED',
};

function told(
  execution: WorkflowExecutionInfo,
  trouble = endings[execution.status.name] ?? 'FAILED',
): TroubledWorkflow {
  const { workflowId, type, startTime, typedSearchAttributes } = execution;
  return {
    workflow_id: workflowId,
    workflow_type: type,
    account_id: typedSearchAttributes.get(accountIdKey) ?? null,
    started_at: startTime.toISOString(),
    trouble,
  };
}
