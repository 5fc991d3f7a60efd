import { platformAccountId } from '../../db/connection/database.js';
import { noticeUnderWayViews } from '../../db/identity/notice/notice-under-way.views.js';
import { noticeWorkflowId } from '../../workflows/identity/notice/notice.contract.js';
import { identityTaskQueue } from '../../workflows/identity/otp.contract.js';
import { reconciliationOf, type Reconciliation } from '../maintenance/reconciliation.js';
import type { ReconciliationParts } from '../shared/domain.js';
import { noticeStart } from './notice.reaction.js';

/** Notices under way. */
export function reconcileNotices({
  resources,
  workflows,
  rowGraceMs,
}: ReconciliationParts): Reconciliation {
  const scope = resources.database.reads({ accountId: platformAccountId });
  const { notices } = noticeUnderWayViews(scope, rowGraceMs);
  const taskQueue = resources.queueOf(identityTaskQueue);
  return reconciliationOf({
    kind: 'notice',
    lists: [notices],
    workflowIdOf: ({ eventId }) => noticeWorkflowId(eventId),
    restart: ({ eventId }) => workflows.restart(noticeStart(eventId, taskQueue)),
  });
}
