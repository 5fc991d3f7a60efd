import { ServiceError, WorkflowNotFoundError, type Client } from '@temporalio/client';

/** Of gRPC. */
const failedPrecondition = 9;

/**
 * Whether the workflow's last task has failed or timed out and will be tried again; until then the
 * workflow answers no query.
 */
export const isOfFailedTask = (error: unknown): boolean =>
  error instanceof ServiceError &&
  (error.cause as { code?: unknown } | undefined)?.code === failedPrecondition;

/** The given workflows without a running execution, with their standing. */
export async function notAtWork(
  temporal: Client,
  workflowIds: readonly string[],
): Promise<string[]> {
  const breaches: string[] = [];
  for (const workflowId of workflowIds) {
    const handle = temporal.workflow.getHandle(workflowId);
    const status = await handle.describe().then(
      (description) => description.status.name,
      (error: unknown) => {
        if (error instanceof WorkflowNotFoundError) return 'nothing';
        throw error;
      },
    );
    if (status !== 'RUNNING') breaches.push(`${workflowId}: ${status}`);
  }
  return breaches;
}

/** Finds the running workflows of a type. */
export const running = (type: string): string =>
  `WorkflowType = '${type}' and ExecutionStatus = 'Running'`;
