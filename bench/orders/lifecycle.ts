import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createOrderActivities } from '../../activities/water/order.activities.js';
import { createWorkflows } from '../../api/shared/workflows.js';
import { newId } from '../../db/shared/id.js';
import { workflowBundle } from '../../temporal-config/bundle.js';
import { anOrder, type Seller } from '../../test/support/water/market.js';
import { searchableBy } from '../../workflows/shared/search-attributes.js';
import {
  acceptOrder,
  confirmDelivery,
  orderWorkflowId,
  orderWorkflowType,
  placeOrder,
} from '../../workflows/water/order.contract.js';
import { throughput } from '../shared/load.js';
import type { Side } from '../shared/ratio.js';
import type { Stack } from '../shared/stack.js';
import { acceptBare, confirmBare, placeBare } from '../workflows/bare-order.workflow.js';

const inFlight = 20;
const dayMs = 86_400_000;

interface LifecycleSides {
  ours: Side;
  bare: Side;
  stop(): Promise<void>;
}

/**
 * Whole lives of orders a second: Millrace's into PostgreSQL, and Temporal alone; both workers and
 * the clients run in the calling process.
 */
export async function lifecycleSides(
  stack: Stack,
  sellers: readonly Seller[],
  total: number,
): Promise<LifecycleSides> {
  const connection = await NativeConnection.connect({ address: stack.temporalAddress });
  const workflows = createWorkflows(new Client({ connection }));
  const [ours, bare] = [`orders-${newId()}`, `bare-${newId()}`];
  const workers = await Promise.all([
    Worker.create({
      connection,
      taskQueue: ours,
      activities: createOrderActivities({ database: stack.database }),
      workflowBundle: { codePath: await workflowBundle('water') },
    }),
    Worker.create({
      connection,
      taskQueue: bare,
      activities: { doNothing: async () => undefined },
      workflowsPath: fileURLToPath(new URL('../workflows', import.meta.url)),
    }),
  ]);
  const running = Promise.all(workers.map((worker) => worker.run()));

  async function orderLife(n: number): Promise<void> {
    const input = anOrder(at(sellers, n), { requestedVolumeLiters: 1 });
    const seller = { accountId: input.sellerAccountId, principalId: input.sellerAccountId };
    const id = orderWorkflowId(input.orderId);
    const confirmation = { confirmedVolumeLiters: 1, confirmedDeliveryAt: null, noteId: null };
    await workflows.updateWithStart({
      workflow: orderWorkflowType,
      workflowId: id,
      taskQueue: ours,
      args: [input],
      update: placeOrder,
      updateArgs: [],
      typedSearchAttributes: searchableBy('water', input.buyer.accountId),
      staticSummary: 'Order of 1 l',
    });
    await workflows.update(id, acceptOrder, [seller]);
    await workflows.update(id, confirmDelivery, [input.buyer, confirmation]);
    const { status } = await workflows.update(id, confirmDelivery, [seller, confirmation]);
    if (status !== 'DELIVERED') throw new Error(`an order ended ${status}`);
  }

  async function bareLife(): Promise<void> {
    const id = `bare/${newId()}`;
    await workflows.updateWithStart({
      workflow: 'bareOrderWorkflow',
      workflowId: id,
      taskQueue: bare,
      args: [dayMs],
      update: placeBare,
      updateArgs: [],
    });
    await workflows.update(id, acceptBare, []);
    await workflows.update(id, confirmBare, []);
    await workflows.update(id, confirmBare, []);
  }

  return {
    ours: () => throughput(total, inFlight, orderLife),
    bare: () => throughput(total, inFlight, bareLife),
    async stop() {
      for (const worker of workers) worker.shutdown();
      await running;
      await connection.close();
    },
  };
}

function at<T>(items: readonly T[], n: number): T {
  const item = items[n % items.length];
  if (item === undefined) throw new Error('there is none');
  return item;
}
