import { identityInvariantViews } from '../../db/identity/invariant.views.js';
import { noticeWorkflowId } from '../../workflows/identity/notice/notice.contract.js';
import { notAtWork } from '../invariants/workflow-standing.js';
import type { WorkflowInvariant } from '../shared/domain.js';

/** A notice with a start and without a stored end is at work. */
export const noticesAtWork: WorkflowInvariant = {
  id: 'I4',
  says: 'a notice to a person',
  breaches: async ({ admin, temporal, limit }) => {
    const eventIds = await identityInvariantViews(admin).startedNotices(limit);
    return notAtWork(temporal, eventIds.map(noticeWorkflowId));
  },
};
