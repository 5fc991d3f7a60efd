import { platformAccountId } from '../../db/connection/database.js';
import { otpUnderWayViews } from '../../db/identity/code/otp-under-way.views.js';
import { identityTaskQueue, otpWorkflowId } from '../../workflows/identity/otp.contract.js';
import { reconciliationOf, type Reconciliation } from '../maintenance/reconciliation.js';
import type { ReconciliationParts } from '../shared/domain.js';
import { otpDeliveryStart } from './otp.reaction.js';

/** Codes with a delivery under way. */
export function reconcileDeliveries({
  resources,
  workflows,
  rowGraceMs,
}: ReconciliationParts): Reconciliation {
  const scope = resources.database.reads({ accountId: platformAccountId });
  const { deliveries } = otpUnderWayViews(scope, rowGraceMs);
  const taskQueue = resources.queueOf(identityTaskQueue);
  return reconciliationOf({
    kind: 'otp',
    lists: [deliveries],
    workflowIdOf: ({ tokenId }) => otpWorkflowId(tokenId),
    restart: ({ tokenId, channels }) =>
      workflows.restart(otpDeliveryStart(tokenId, channels, taskQueue)),
  });
}
