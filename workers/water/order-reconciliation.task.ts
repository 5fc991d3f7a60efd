import type { Task } from '../../activities/platform/maintenance.activities.js';
import {
  each,
  inTurn,
  reconcileRows,
  type Found,
  type UnderWay,
} from '../../activities/platform/reconcile.activities.js';
import { databaseNow } from '../../db/shared/database-clock.js';
import { createWaterUnderWayViews, type OrderUnderWay } from '../../db/water/under-way.views.js';
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
import type { Reconciliation, ReconciliationParts } from '../shared/domain.js';
import { answered } from '../shared/workflow-standings.js';
import { orderPolicy } from '../shared/order-policy.js';

const kind = 'order';

/** Orders and their workflows, from both sides: each row that is under way has one at work, and each at work has its row. */
export function reconcileOrders(parts: ReconciliationParts): Reconciliation {
  const { resources, workflows, standings, reconcile, rowGraceMs, workflowGraceMs } = parts;
  const views = createWaterUnderWayViews(resources.database.read, rowGraceMs);
  const policy = orderPolicy(resources.config);
  const taskQueue = resources.queueOf(orderTaskQueue);

  /** As its routes do: one that is behind its row, after everything died between their two commits, reads it. */
  async function tellOrder(orderId: string, version: number): Promise<Found | undefined> {
    const id = orderWorkflowId(orderId);
    return answered(async () => {
      if ((await workflows.query(id, orderVersion)) >= version) return undefined;
      await workflows.update(id, catchUp, []);
      return { outcome: 'mended', reason: 'BEHIND' };
    });
  }

  const orders: Omit<UnderWay<OrderUnderWay>, 'page'> = {
    kind,
    workflowIdOf: ({ orderId }) => orderWorkflowId(orderId),
    restart: (row) =>
      workflows.restart({
        workflow: orderWorkflowType,
        workflowId: orderWorkflowId(row.orderId),
        taskQueue,
        args: [inputFromRow(row, policy)],
        typedSearchAttributes: searchableOrder({ ...inputFromRow(row, policy), status: row.status }),
        staticSummary: orderSummary(row.requestedVolumeLiters),
      }),
    // What moved long ago was looked at then; a deadline or a command makes it look by itself as well.
    tell: async ({ hasMoved, orderId, version }) => (hasMoved ? tellOrder(orderId, version) : undefined),
  };

  /** The other way round: a workflow at work on an order that has ended reads its row; one without a row is reported. */
  const openWorkflows: Task = async (progress) => {
    const startedBefore = new Date(databaseNow() - workflowGraceMs);
    let seen = 0;
    for await (const ids of standings.openPages({ workflowType: orderWorkflowType, taskQueue, startedBefore })) {
      const orderIds = ids.map((id) => id.slice(orderWorkflowId('').length));
      const known = new Map((await views.ordersKnown(orderIds)).map((row) => [row.orderId, row]));
      seen += ids.length;
      await each(
        orderIds,
        () => progress(seen),
        async (orderId) => {
          const row = known.get(orderId);
          if (row && !row.hasEnded) return;
          const found = row ? await tellOrder(orderId, row.version) : await withoutRow(orderId);
          if (found) reconcile.report({ kind, workflowId: orderWorkflowId(orderId), ...found });
        },
      );
    }
  };
  /** The list may be behind: one that was refused has no row, and ends. */
  async function withoutRow(orderId: string): Promise<Found | undefined> {
    const standing = await standings.standingOf(orderWorkflowId(orderId));
    return standing === 'RUNNING' ? { outcome: 'apart', reason: 'NO_ROW' } : undefined;
  }

  const task = inTurn([
    reconcileRows(reconcile, { ...orders, page: views.openOrders }),
    reconcileRows(reconcile, { ...orders, page: views.disputableOrders }),
    openWorkflows,
  ]);
  return { kind, task };
}
