import type { LateWorkflows } from '../../api/shared/workflow-diagnostics.js';
import { createIdentityUnderWayViews } from '../../db/identity/under-way.views.js';
import { createPlatformUnderWayViews } from '../../db/platform/under-way.views.js';
import type { Reader } from '../../db/shared/database.js';
import { createLateWorkViews } from '../../db/water/late-work.views.js';
import { createWaterUnderWayViews } from '../../db/water/under-way.views.js';
import { otpWorkflowId } from '../../workflows/identity/otp.contract.js';
import { auditExportWorkflowId } from '../../workflows/platform/audit-export.contract.js';
import { deadLetterDecisionWorkflowId } from '../../workflows/platform/dead-letter-decision.contract.js';
import { deviceWorkflowId } from '../../workflows/water/device.contract.js';
import { orderTaskQueue, orderWorkflowId, orderWorkflowType } from '../../workflows/water/order.contract.js';

const graceMs = 15_000;

/** By the rows of every domain, so many of each kind. */
export function createLateWorkflows(read: Reader, queueOf: (taskQueue: string) => string): LateWorkflows {
  const late = createLateWorkViews(read);
  const { deliveries } = createIdentityUnderWayViews(read, graceMs);
  const { exports, decisions } = createPlatformUnderWayViews(read, graceMs);
  const { ordersKnown } = createWaterUnderWayViews(read, graceMs);
  return {
    async behind(limit) {
      const found = await Promise.all([
        late.orders(limit).then((ids) => ids.map(orderWorkflowId)),
        late.devices(limit).then((ids) => ids.map(deviceWorkflowId)),
        deliveries().then((rows) => rows.map(({ tokenId }) => otpWorkflowId(tokenId))),
        exports().then((rows) => rows.map(({ exportId }) => auditExportWorkflowId(exportId))),
        decisions().then((rows) => rows.map(({ decisionId }) => deadLetterDecisionWorkflowId(decisionId))),
      ]);
      return found.flatMap((ids) => ids.slice(0, limit));
    },
    early: { workflowType: orderWorkflowType, taskQueue: queueOf(orderTaskQueue) },
    async withoutRow(workflowIds) {
      const orderIds = workflowIds.map((id) => id.slice(orderWorkflowId('').length));
      const known = new Set((await ordersKnown(orderIds)).map(({ orderId }) => orderWorkflowId(orderId)));
      return workflowIds.filter((id) => !known.has(id));
    },
  };
}
