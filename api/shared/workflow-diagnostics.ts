import {
  QueryNotRegisteredError,
  QueryRejectedError,
  ServiceError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionInfo,
} from '@temporalio/client';
import { databaseNow } from '../../db/shared/database-clock.js';
import { isWaiting } from '../../workflows/shared/details.js';
import { accountIdKey } from '../../workflows/shared/search-attributes.js';

/** How it has ended; or of one under way that Temporal reports its tasks to fail, or that it waits until what failed is tried again. */
export const troubles = ['FAILED', 'TIMED_OUT', 'TERMINATED', 'TASK_FAILS', 'WAITS'] as const;
export type Trouble = (typeof troubles)[number];
export interface TroubledWorkflow {
  workflow_id: string;
  workflow_type: string;
  account_id: string | null;
  started_at: string;
  trouble: Trouble;
  /** What failed and when it is tried again, in the workflow's words; of one that waits alone. */
  waits_for: string | null;
}
/** What the rows know of workflows that may wait, which Temporal has no list of. */
export interface LateWorkflows {
  /** Those that should have done by now what their rows wait for; so many of each kind at most. */
  behind(limit: number): Promise<string[]>;
  /** Those that are there before their rows are, and wait for them. */
  early: { workflowType: string; taskQueue: string };
  /** Of such ids, those that have no row. */
  withoutRow(workflowIds: readonly string[]): Promise<string[]>;
}
export interface WorkflowDiagnostics {
  /** Newest first. */
  troubled(limit: number): Promise<TroubledWorkflow[]>;
}

/** Of servers from 1.30 on; an older one only shows in each history that its tasks fail. */
const problem = 'TemporalReportedProblems';
const rpcDeadlineMs = 3_000;
/** Of each kind that may wait. They are asked side by side, so that those whose workers are away cost the others no time. */
const mostAsked = 25;
const metadataQuery = '__temporal_workflow_metadata';
const endedWithinDays = 3;
const dayMs = 86_400_000;

/** By what Temporal knows of its workflows; the database knows what became of what they do. */
export function createWorkflowDiagnostics(client: Client, late: LateWorkflows): WorkflowDiagnostics {
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

  /** Nobody else knows what a workflow waits for; one that does not answer in time is left out, and told of by `reconcile`. */
  async function detailsOf({ workflowId, runId }: WorkflowExecutionInfo): Promise<string> {
    const handle = client.workflow.getHandle(workflowId, runId);
    try {
      return (await handle.query<{ currentDetails?: string }>(metadataQuery)).currentDetails ?? '';
    } catch (error) {
      if (isUnanswered(error)) return '';
      throw error;
    }
  }
  async function waiting(): Promise<TroubledWorkflow[]> {
    const { workflowType, taskQueue } = late.early;
    const early = `WorkflowType = '${workflowType}' and TaskQueue = '${taskQueue}'`;
    const newest = await found(`ExecutionStatus = 'Running' and ${early}`, mostAsked);
    const [behind, withoutRow] = await Promise.all([
      late.behind(mostAsked),
      late.withoutRow(newest.map(({ workflowId }) => workflowId)),
    ]);
    const ids = [...new Set([...behind, ...withoutRow])];
    if (ids.length === 0) return [];
    const named = ids.map((id) => `'${id}'`).join(', ');
    const open = await found(`ExecutionStatus = 'Running' and WorkflowId in (${named})`, ids.length);
    const asked = await Promise.all(
      open.map(async (execution) => ({ ...told(execution, 'WAITS'), waits_for: await detailsOf(execution) })),
    );
    return asked.filter(({ waits_for }) => isWaiting(waits_for));
  }

  return {
    troubled: (limit) =>
      withDeadline(async () => {
        const since = new Date(databaseNow() - endedWithinDays * dayMs).toISOString();
        const [ended, failing, waits] = await Promise.all([
          found(`ExecutionStatus in ('Failed', 'TimedOut', 'Terminated') and CloseTime > '${since}'`, limit),
          (await isProblemKnown()) ? found(`ExecutionStatus = 'Running' and ${problem} is not null`, limit) : [],
          waiting(),
        ]);
        const items = [
          ...failing.map((each) => told(each, 'TASK_FAILS')),
          ...waits,
          ...ended.map((each) => told(each)),
        ];
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
    waits_for: null,
  };
}

/** No worker is there, or none in time; or it has ended meanwhile. */
const isUnanswered = (error: unknown): boolean =>
  error instanceof ServiceError ||
  error instanceof WorkflowNotFoundError ||
  error instanceof QueryNotRegisteredError ||
  error instanceof QueryRejectedError;
