import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { databaseNow } from '../../db/connection/database-clock.js';
import { waterInvariantViews, type OrderWithEvents } from '../../db/water/invariant.views.js';
import { isClosed, waitingFor } from '../../workflows/water/order-deadline.rules.js';
import { foldOrder } from './order-fold.rules.js';
import { orderWorkflowId, orderWorkflowType } from '../../workflows/water/order.contract.js';
import { isOfFailedTask, running } from '../invariants/workflow-standing.js';
import type { InvariantSides, WorkflowInvariant } from '../shared/domain.js';

const rowsOf = ({ admin, limit }: InvariantSides): Promise<OrderWithEvents[]> =>
  waterInvariantViews(admin).orders(limit);

/** An order's events fold into the order's row. */
export const ordersToldByEvents: WorkflowInvariant = {
  id: 'I7',
  says: 'an order is what its events say',
  breaches: async (sides) => {
    const rows = await rowsOf(sides);
    return rows.flatMap(({ orderId, events, status, version }) => {
      const fold = foldOrder(events ?? []);
      if ('fault' in fold) return [`order ${orderId}: ${fold.fault}`];
      if (fold.status === status && fold.version === version) return [];
      return [
        `order ${orderId} is ${status}/${version}, its events say ${fold.status}/${fold.version}`,
      ];
    });
  },
};

/** An order and the order's workflow agree; and no workflow is at work on a missing order. */
export const ordersAtWork: WorkflowInvariant = {
  id: 'I6',
  says: 'an order and its workflow',
  breaches: async (sides) => {
    const { temporal, limit } = sides;
    const rows = await rowsOf(sides);
    const breaches: string[] = [];
    for (const row of rows) {
      const [remembered, expected] = [await workflowOf(temporal, row), waitingFor(row)];
      if (remembered !== expected)
        breaches.push(`order ${row.orderId}: “${expected}”, its workflow says “${remembered}”`);
    }
    if (rows.length === limit) return breaches;
    const workflowIds = new Set(rows.map(({ orderId }) => orderWorkflowId(orderId)));
    for await (const { workflowId } of temporal.workflow.list({
      query: running(orderWorkflowType),
    }))
      if (!workflowIds.has(workflowId))
        breaches.push(`${workflowId} is at work on an order that is not there`);
    return breaches;
  },
};

/** The workflow's wait, as people read it. A workflow ended long ago is gone. */
async function workflowOf(temporal: Client, row: OrderWithEvents): Promise<string> {
  const handle = temporal.workflow.getHandle(orderWorkflowId(row.orderId));
  try {
    const { status } = await handle.describe();
    if (isClosed(row, databaseNow()) !== (status.name === 'COMPLETED')) return status.name;
    return (await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata'))
      .currentDetails;
  } catch (error) {
    if (isOfFailedTask(error)) return 'that its task fails';
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    return isClosed(row, databaseNow()) ? waitingFor(row) : 'nothing';
  }
}
