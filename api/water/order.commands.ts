import type { UpdateDefinition } from '@temporalio/common';
import { databaseNow } from '../../db/connection/database-clock.js';
import type { ReadScope } from '../../db/connection/database.js';
import { orderViews } from '../../db/water/order.views.js';
import { asFailure, failure } from '../../workflows/shared/failure.js';
import {
  catchUp,
  orderVersion,
  orderWorkflowId,
  type Order,
  type OrderState,
} from '../../workflows/water/order.contract.js';
import { judge, stateOf, type OrderCommand } from '../../workflows/water/order.rules.js';
import type { OrderRouteParts } from './order.routes.js';

/** A command to an order, with the update to send. */
interface SentCommand<Args extends unknown[]> {
  orderId: string;
  command: OrderCommand;
  update: UpdateDefinition<OrderState, Args>;
  args: Args;
  updateId: string;
  /** Runs before the update of a command that changes the order. */
  keepNote?: (() => Promise<void>) | undefined;
}

/** A lost workflow is restarted from the row within seconds. */
const lostRetrySeconds = 3;

export function createOrderCommands({
  workflows,
  reportLoss,
}: Pick<OrderRouteParts, 'workflows' | 'reportLoss'>) {
  /**
   * The row answers a command already done or not allowed, also after the workflow's end; only a
   * change goes to the workflow, which decides again in turn. A refusal not shared by the row may
   * come from a workflow behind the row.
   */
  async function stateAfter<Args extends unknown[]>(
    scope: ReadScope,
    { orderId, command, update, args, updateId, keepNote }: SentCommand<Args>,
  ): Promise<OrderState> {
    const order = await orderViews(scope).snapshot(orderId);
    if (!order) throw failure('RESOURCE_NOT_FOUND');
    if (judge(order, command, databaseNow()) === 'done') {
      await hasCaughtUp(order);
      return stateOf(order);
    }
    await keepNote?.();
    const workflowId = orderWorkflowId(order.orderId);
    const send = (id: string) => workflows.update(workflowId, update, args, id);
    return send(updateId)
      .catch(async (error: unknown) => {
        // Again is another update: the first one's refusal would answer the same id.
        if (codeOf(error) === 'INVALID_ORDER_STATE' && (await hasCaughtUp(order)))
          return send(`${updateId}/again`);
        throw error;
      })
      .catch((error: unknown) => stateOfRow(scope, order.orderId, command, error));
  }

  /**
   * The row's answer to a command the workflow did not take. The same command, sent twice, may have
   * been the order's last: then the workflow has ended, and the row has the answer. Where the row
   * is open and the workflow gone, the workflow is being restarted.
   */
  async function stateOfRow(
    scope: ReadScope,
    orderId: string,
    command: OrderCommand,
    error: unknown,
  ): Promise<OrderState> {
    const code = codeOf(error);
    if (code !== 'INVALID_ORDER_STATE' && code !== 'RESOURCE_NOT_FOUND') throw error;
    const order = await orderViews(scope).snapshot(orderId);
    if (order && judge(order, command, databaseNow()) === 'done') return stateOf(order);
    if (!order || code === 'INVALID_ORDER_STATE') throw error;
    reportLoss(orderWorkflowId(orderId));
    throw failure('SERVICE_UNAVAILABLE', {
      dependency: 'temporal',
      reason: 'WORKFLOW_LOST',
      retry_after_seconds: lostRetrySeconds,
    });
  }

  /**
   * After a crash between the row's commit and the workflow's, the command under way is forgotten
   * and the workflow is behind the row. Brings the workflow up to the row; true if the workflow was
   * behind.
   */
  async function hasCaughtUp({ orderId, version }: Order): Promise<boolean> {
    const id = orderWorkflowId(orderId);
    try {
      if ((await workflows.query(id, orderVersion)) >= version) return false;
      await workflows.update(id, catchUp, []);
      return true;
    } catch (error) {
      // An ended workflow needs no update, and an absent workflow is updated later.
      if (asFailure(error)) return false;
      throw error;
    }
  }

  return { stateAfter };
}

const codeOf = (error: unknown) => asFailure(error)?.code;
