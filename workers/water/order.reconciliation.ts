import { platformAccountId } from '../../db/connection/database.js';
import { lateOrderViews } from '../../db/water/late-work.views.js';
import { orderUnderWayViews, type OrderUnderWay } from '../../db/water/under-way.views.js';
import { inputFromRow } from '../../workflows/water/order-restart.rules.js';
import {
  catchUp,
  orderSummary,
  orderTaskQueue,
  orderVersion,
  orderWorkflowId,
  orderWorkflowType,
  searchableOrder,
} from '../../workflows/water/order.contract.js';
import {
  reconciliationOf,
  type Found,
  type Reconciliation,
} from '../maintenance/reconciliation.js';
import { answered } from '../maintenance/workflow-standings.js';
import type { ReconciliationParts } from '../shared/domain.js';
import { orderPolicy } from './order.policy.js';

const idPrefix = orderWorkflowId('');

/**
 * Orders and their workflows, from both sides: each row under way has a workflow at work, and each
 * workflow at work has a row.
 */
export function reconcileOrders(parts: ReconciliationParts): Reconciliation {
  const { resources, workflows, rowGraceMs } = parts;
  const { config, database, queueOf } = resources;
  const platform = database.reads({ accountId: platformAccountId });
  const views = orderUnderWayViews(platform, rowGraceMs);
  const policy = orderPolicy(config);
  const taskQueue = queueOf(orderTaskQueue);

  /**
   * Tells the workflow as the routes do: a workflow behind the row, after a crash between the two
   * commits, reads the row.
   */
  const tellOrder = (workflowId: string, version: number): Promise<Found | undefined> =>
    answered(async () => {
      if ((await workflows.query(workflowId, orderVersion)) >= version) return undefined;
      await workflows.update(workflowId, catchUp, []);
      return { outcome: 'mended', reason: 'BEHIND' };
    });

  return reconciliationOf<OrderUnderWay>({
    kind: 'order',
    lists: [views.openOrders, views.disputableOrders],
    workflowIdOf: ({ orderId }) => orderWorkflowId(orderId),
    restart: (row) =>
      workflows.restart({
        workflow: orderWorkflowType,
        workflowId: orderWorkflowId(row.orderId),
        taskQueue,
        args: [inputFromRow(row, policy)],
        typedSearchAttributes: searchableOrder({
          ...inputFromRow(row, policy),
          status: row.status,
        }),
        staticSummary: orderSummary(row.requestedVolumeLiters),
      }),
    // An old move was looked at then; a deadline or a command makes the workflow look by itself as
    // well.
    tell: async ({ hasMoved, orderId, version }) =>
      hasMoved ? tellOrder(orderWorkflowId(orderId), version) : undefined,
    late: async (limit) => {
      const orderIds = await lateOrderViews(platform).ids(limit);
      return orderIds.map(orderWorkflowId);
    },
    early: {
      workflowType: orderWorkflowType,
      taskQueue,
      async rowsOf(workflowIds) {
        const rows = await views.ordersKnown(workflowIds.map((id) => id.slice(idPrefix.length)));
        return new Map(
          rows.map(({ orderId, version, hasEnded }) => {
            const workflowId = orderWorkflowId(orderId);
            return [workflowId, { hasEnded, tell: () => tellOrder(workflowId, version) }];
          }),
        );
      },
    },
  });
}
