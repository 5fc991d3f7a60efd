import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '@temporalio/client';
import { program } from '../../processes/node-process.js';
import { createOrderActivities } from '../../activities/water/order.activities.js';
import { createWorkflows } from '../../api/shared/workflows.js';
import { newId } from '../../db/shared/id.js';
import {
  acceptOrder,
  orderWorkflowId,
  orderWorkflowType,
  placeOrder,
  type OrderInput,
} from '../../workflows/water/order.contract.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { anOrder, aSeller } from '../support/water/market.js';
import { connectTestTemporal, type TestTemporal } from '../support/servers/temporal.js';

let test: TestDatabase;
let temporal: TestTemporal;
beforeAll(async () => {
  [test, temporal] = await Promise.all([createTestDatabase(), connectTestTemporal()]);
});
afterAll(async () => {
  await temporal.close();
  await test.drop();
});

const root = fileURLToPath(new URL('../..', import.meta.url));

async function aDyingWorker(taskQueue: string, diesAfter: string) {
  const env = {
    ...process.env,
    DATABASE_URL: test.urls.app,
    CONTEXT_KEY: test.contextKey,
    TASK_QUEUE: taskQueue,
  };
  const worker = spawn(process.execPath, [program, 'test/support/processes/dying-worker.ts'], {
    cwd: root,
    env: { ...env, NODE_OPTIONS: '', DIES_AFTER: diesAfter },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const death = once(worker, 'exit');
  await Promise.race([once(worker.stdout, 'data'), death]);
  return { death };
}
const aSuccessor = (taskQueue: string) =>
  temporal.startWorker('water', createOrderActivities({ database: test.database }), { taskQueue });
/**
 * As the routes have workflows, without the deadline of a request: the machine decides how soon the
 * successor is there.
 */
const workflows = () => {
  const patient: Pick<Client, 'withDeadline'> = { withDeadline: (_deadline, work) => work() };
  return createWorkflows(Object.assign(Object.create(temporal.client) as Client, patient));
};
const place = (input: OrderInput, taskQueue: string) =>
  workflows().updateWithStart({
    workflow: orderWorkflowType,
    workflowId: orderWorkflowId(input.orderId),
    taskQueue,
    args: [input],
    update: placeOrder,
    updateArgs: [],
  });
const eventsOf = async (orderId: string): Promise<string[]> =>
  (
    await test.admin.query<{ event_type: string }>(
      'select event_type from platform.events where subject_id = $1 order by subject_seq',
      [orderId],
    )
  ).rows.map((row) => row.event_type);

describe('when a worker is killed right after its commit', () => {
  it('an order is placed once, by its successor, and the buyer gets the answer', async () => {
    const taskQueue = `test-${newId()}`;
    const { death } = await aDyingWorker(taskQueue, 'placeOrder');
    const input = anOrder(await aSeller(test.admin));
    const placing = place(input, taskQueue);
    await death;
    const successor = await aSuccessor(taskQueue);
    expect(await placing).toMatchObject({ orderId: input.orderId, status: 'CREATED' });
    expect(await eventsOf(input.orderId)).toEqual(['ORDER_CREATED']);
    await successor.stop();
  });

  it('an order is accepted once, by its successor, and the seller gets the answer', async () => {
    const taskQueue = `test-${newId()}`;
    const { death } = await aDyingWorker(taskQueue, 'recordTransition');
    const input = anOrder(await aSeller(test.admin));
    await place(input, taskQueue);
    const seller = { accountId: input.sellerAccountId, principalId: input.sellerAccountId };
    const id = orderWorkflowId(input.orderId);
    const accepting = workflows().update(id, acceptOrder, [seller]);
    await death;
    const successor = await aSuccessor(taskQueue);
    expect(await accepting).toMatchObject({ status: 'ACCEPTED' });
    expect(await eventsOf(input.orderId)).toEqual(['ORDER_CREATED', 'ORDER_ACCEPTED']);
    const { rows } = await test.admin.query(
      'select status, version from water.orders where order_id = $1',
      [input.orderId],
    );
    expect(rows).toEqual([{ status: 'ACCEPTED', version: 2 }]);
    await successor.stop();
  });
});
