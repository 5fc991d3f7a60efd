import type { WorkflowHandle } from '@temporalio/client';

/** What people who look at a workflow read of it. */
export const detailsOf = async (handle: Pick<WorkflowHandle, 'query'>): Promise<string> =>
  (await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;
