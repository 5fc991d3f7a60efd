import { platformAccountId } from '../../db/connection/database.js';
import { inviteUnderWayViews } from '../../db/identity/invite/invite-under-way.views.js';
import { inviteWorkflowId } from '../../workflows/identity/invite/invite.contract.js';
import { identityTaskQueue } from '../../workflows/identity/otp.contract.js';
import { reconciliationOf, type Reconciliation } from '../maintenance/reconciliation.js';
import type { ReconciliationParts } from '../shared/domain.js';
import { inviteStart } from './invite.reaction.js';

/** Open invites. */
export function reconcileInvites({
  resources,
  workflows,
  rowGraceMs,
}: ReconciliationParts): Reconciliation {
  const scope = resources.database.reads({ accountId: platformAccountId });
  const { invites } = inviteUnderWayViews(scope, rowGraceMs);
  const taskQueue = resources.queueOf(identityTaskQueue);
  return reconciliationOf({
    kind: 'invite',
    lists: [invites],
    workflowIdOf: ({ inviteId }) => inviteWorkflowId(inviteId),
    restart: ({ inviteId }) => workflows.restart(inviteStart(inviteId, taskQueue)),
  });
}
