import type { WorkflowHandle } from '@temporalio/client';

/** The details of a workflow that operators read. */
export const detailsOf = async (handle: Pick<WorkflowHandle, 'query'>): Promise<string> =>
  (await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;
