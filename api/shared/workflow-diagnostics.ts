import {
  QueryNotRegisteredError,
  QueryRejectedError,
  ServiceError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionInfo,
} from '@temporalio/client';
import { databaseNow } from '../../db/connection/database-clock.js';
import { isWaiting } from '../../workflows/shared/details.js';
import { accountIdKey } from '../../workflows/shared/search-attributes.js';

/**
 * How a workflow ended; or, for a running workflow, tasks failing as reported by Temporal, or a
 * wait for the retry of a failed step.
 */
export const troubles = ['FAILED', 'TIMED_OUT', 'TERMINATED', 'TASK_FAILS', 'WAITS'] as const;
type Trouble = (typeof troubles)[number];
interface TroubledWorkflow {
  workflow_id: string;
  workflow_type: string;
  account_id: string | null;
  started_at: string;
  trouble: Trouble;
  /** The failed step and the time of the retry, in the workflow's words; for WAITS alone. */
  waits_for: string | null;
}
/** Waiting workflows known from rows, since Temporal has no list of such workflows. */
export interface LateWorkflows {
  /** Ids of workflows late by their rows; at most `limit` of each kind. */
  behind(limit: number): Promise<string[]>;
  /** Kinds of workflows started before their rows exist, and waiting for the rows. */
  early: readonly EarlyWorkflows[];
}
interface EarlyWorkflows {
  workflowType: string;
  taskQueue: string;
  /** The given ids without a row. */
  withoutRow(workflowIds: readonly string[]): Promise<string[]>;
}
export interface WorkflowDiagnostics {
  /** Newest first. */
  troubled(limit: number): Promise<TroubledWorkflow[]>;
}

/**
 * Search attribute of servers from 1.30 on; an older server shows failing tasks only in each
 * history.
 */
const problem = 'TemporalReportedProblems';
const rpcDeadlineMs = 3_000;
/**
 * Workflows of each waiting kind queried at most. Queries run side by side, so that kinds with
 * absent workers cost other kinds no time.
 */
const mostAsked = 25;
const metadataQuery = '__temporal_workflow_metadata';
const endedWithinDays = 3;
const dayMs = 86_400_000;

/**
 * Troubles from Temporal's knowledge of the workflows; the database knows the outcome of the work.
 */
export function createWorkflowDiagnostics(
  client: Client,
  late: LateWorkflows,
): WorkflowDiagnostics {
  const withDeadline = <T>(work: () => Promise<T>) =>
    client.withDeadline(Date.now() + rpcDeadlineMs, work);

  async function listWorkflows(query: string, limit: number): Promise<WorkflowExecutionInfo[]> {
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

  /**
   * Only the workflow itself knows the reason of a wait; a workflow without an answer in time is
   * left out, and reported by `reconcile`.
   */
  async function detailsOf({ workflowId, runId }: WorkflowExecutionInfo): Promise<string> {
    const handle = client.workflow.getHandle(workflowId, runId);
    try {
      return (await handle.query<{ currentDetails?: string }>(metadataQuery)).currentDetails ?? '';
    } catch (error) {
      if (isUnanswered(error)) return '';
      throw error;
    }
  }
  /** The newest workflows of a kind still without a row. */
  async function withoutRow({
    workflowType,
    taskQueue,
    withoutRow,
  }: EarlyWorkflows): Promise<string[]> {
    const kind = `WorkflowType = '${workflowType}' and TaskQueue = '${taskQueue}'`;
    const newest = await listWorkflows(`ExecutionStatus = 'Running' and ${kind}`, mostAsked);
    return withoutRow(newest.map(({ workflowId }) => workflowId));
  }
  async function waiting(): Promise<TroubledWorkflow[]> {
    const named = await Promise.all([late.behind(mostAsked), ...late.early.map(withoutRow)]);
    const ids = [...new Set(named.flat())];
    if (ids.length === 0) return [];
    const list = ids.map((id) => `'${id}'`).join(', ');
    const open = await listWorkflows(
      `ExecutionStatus = 'Running' and WorkflowId in (${list})`,
      ids.length,
    );
    const candidates = await Promise.all(
      open.map(async (execution) => ({
        ...troubledWorkflow(execution, 'WAITS'),
        waits_for: await detailsOf(execution),
      })),
    );
    return candidates.filter(({ waits_for }) => isWaiting(waits_for));
  }

  return {
    troubled: (limit) =>
      withDeadline(async () => {
        const since = new Date(databaseNow() - endedWithinDays * dayMs).toISOString();
        const [ended, failing, waits] = await Promise.all([
          listWorkflows(
            `ExecutionStatus in ('Failed', 'TimedOut', 'Terminated') and CloseTime > '${since}'`,
            limit,
          ),
          (await isProblemKnown())
            ? listWorkflows(`ExecutionStatus = 'Running' and ${problem} is not null`, limit)
            : [],
          waiting(),
        ]);
        const items = [
          ...failing.map((each) => troubledWorkflow(each, 'TASK_FAILS')),
          ...waits,
          ...ended.map((each) => troubledWorkflow(each)),
        ];
        return items
          .sort((one, other) => other.started_at.localeCompare(one.started_at))
          .slice(0, limit);
      }),
  };
}

const endings: Readonly<Record<string, Trouble>> = {
  FAILED: 'FAILED',
  TIMED_OUT: 'TIMED_OUT',
  TERMINATED: 'TERMINATED',
};

function troubledWorkflow(
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

/** No worker answered in time, or the workflow has ended meanwhile. */
const isUnanswered = (error: unknown): boolean =>
  error instanceof ServiceError ||
  error instanceof WorkflowNotFoundError ||
  error instanceof QueryNotRegisteredError ||
  error instanceof QueryRejectedError;
