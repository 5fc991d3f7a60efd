import { reconcileRows } from '../../activities/platform/reconcile.activities.js';
import { createIdentityUnderWayViews } from '../../db/identity/under-way.views.js';
import { identityTaskQueue, otpWorkflowId } from '../../workflows/identity/otp.contract.js';
import type { Reconciliation, ReconciliationParts } from '../shared/domain.js';
import { otpDeliveryStart } from './otp.reaction.js';

const kind = 'otp';

/** Codes whose delivery is under way. */
export function reconcileDeliveries({
  resources,
  workflows,
  reconcile,
  rowGraceMs,
}: ReconciliationParts): Reconciliation {
  const views = createIdentityUnderWayViews(resources.database.read, rowGraceMs);
  const taskQueue = resources.queueOf(identityTaskQueue);
  const task = reconcileRows(reconcile, {
    kind,
    page: views.deliveries,
    workflowIdOf: ({ tokenId }) => otpWorkflowId(tokenId),
    restart: ({ tokenId, channels }) => workflows.restart(otpDeliveryStart(tokenId, channels, taskQueue)),
  });
  return { kind, task };
}
