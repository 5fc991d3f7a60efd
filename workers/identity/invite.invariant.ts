import { identityInvariantViews } from '../../db/identity/invariant.views.js';
import {
  inviteWorkflowId,
  inviteWorkflowType,
} from '../../workflows/identity/invite/invite.contract.js';
import { notAtWork, running } from '../invariants/workflow-standing.js';
import type { WorkflowInvariant } from '../shared/domain.js';

/** An open invite with a start is at work, and no workflow is at work on an ended invite. */
export const invitesAtWork: WorkflowInvariant = {
  id: 'I4',
  says: 'an invite and its workflow',
  breaches: async ({ admin, temporal, limit }) => {
    const views = identityInvariantViews(admin);
    const inviteIds = await views.startedInvites(limit);
    const breaches = await notAtWork(temporal, inviteIds.map(inviteWorkflowId));
    const atWork: string[] = [];
    for await (const { workflowId } of temporal.workflow.list({
      query: running(inviteWorkflowType),
    }))
      atWork.push(workflowId.slice(inviteWorkflowId('').length));
    const idle = await views.endedInvites(atWork);
    return [
      ...breaches,
      ...idle.map((id) => `${inviteWorkflowId(id)} is at work on an ended invite`),
    ];
  },
};
