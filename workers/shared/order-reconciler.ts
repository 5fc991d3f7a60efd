import type { Task } from '../../activities/platform/maintenance.activities.js';
import {
  each,
  inTurn,
  reconcileRows,
  type Found,
  type ReconcileParts,
  type UnderWay,
} from '../../activities/platform/reconcile.activities.js';
import type { Workflows } from '../../api/shared/workflows.js';
import { databaseNow } from '../../db/shared/database-clock.js';
import type { createWaterUnderWayViews, OrderUnderWay } from '../../db/water/under-way.views.js';
import { inputFromRow } from '../../workflows/water/order-restart.rules.js';
import {
  catchUp,
  orderSummary,
  orderVersion,
  orderWorkflowId,
  orderWorkflowType,
  searchableOrder,
  type OrderPolicy,
} from '../../workflows/water/order.contract.js';
import { answered, type ListedStandings } from './workflow-standings.js';

export interface OrderReconcilerParts extends Pick<ReconcileParts, 'report'> {
  views: Pick<ReturnType<typeof createWaterUnderWayViews>, 'openOrders' | 'disputableOrders' | 'ordersKnown'>;
  workflows: Pick<Workflows, 'query' | 'update' | 'restart'>;
  standings: ListedStandings;
  taskQueue: string;
  orderPolicy: OrderPolicy;
  graceMs: number;
}

/** Orders and their workflows, from both sides: each row that is under way has one at work, and each at work has its row. */
export function createOrderReconciler(parts: OrderReconcilerParts): Task {
  const { views, workflows, standings, report, taskQueue, orderPolicy, graceMs } = parts;

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
    kind: 'order',
    workflowIdOf: ({ orderId }) => orderWorkflowId(orderId),
    restart: (row) =>
      workflows.restart({
        workflow: orderWorkflowType,
        workflowId: orderWorkflowId(row.orderId),
        taskQueue,
        args: [inputFromRow(row, orderPolicy)],
        typedSearchAttributes: searchableOrder({ ...inputFromRow(row, orderPolicy), status: row.status }),
        staticSummary: orderSummary(row.requestedVolumeLiters),
      }),
    // What moved long ago was looked at then; a deadline or a command makes it look by itself as well.
    tell: async ({ hasMoved, orderId, version }) => (hasMoved ? tellOrder(orderId, version) : undefined),
  };

  /** The other way round: a workflow at work on an order that has ended reads its row; one without a row is reported. */
  const openWorkflows: Task = async (progress) => {
    const startedBefore = new Date(databaseNow() - graceMs);
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
          if (found) report({ kind: 'order', workflowId: orderWorkflowId(orderId), ...found });
        },
      );
    }
  };
  /** The list may be behind: one that was refused has no row, and ends. */
  async function withoutRow(orderId: string): Promise<Found | undefined> {
    const standing = await standings.standingOf(orderWorkflowId(orderId));
    return standing === 'RUNNING' ? { outcome: 'apart', reason: 'NO_ROW' } : undefined;
  }

  const reconcile = { workflows: standings, report };
  return inTurn([
    reconcileRows(reconcile, { ...orders, page: views.openOrders }),
    reconcileRows(reconcile, { ...orders, page: views.disputableOrders }),
    openWorkflows,
  ]);
}
