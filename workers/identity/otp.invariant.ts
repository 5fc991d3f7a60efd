import { identityInvariantViews } from '../../db/identity/invariant.views.js';
import { otpWorkflowId } from '../../workflows/identity/otp.contract.js';
import { notAtWork } from '../invariants/workflow-standing.js';
import type { WorkflowInvariant } from '../shared/domain.js';

/** A delivery with a start and without a stored end is at work. */
export const deliveriesAtWork: WorkflowInvariant = {
  id: 'I4',
  says: 'a code’s delivery',
  breaches: async ({ admin, temporal, limit }) => {
    const tokenIds = await identityInvariantViews(admin).startedDeliveries(limit);
    return notAtWork(temporal, tokenIds.map(otpWorkflowId));
  },
};
