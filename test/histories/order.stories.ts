import { createOrderActivities } from '../../activities/water/order.activities.js';
import { createWorkflows } from '../../api/shared/workflows.js';
import { newId } from '../../db/shared/id.js';
import { outage } from '../../workflows/shared/failure.js';
import {
  acceptOrder,
  cancelOrder,
  confirmDelivery,
  disputeOrder,
  orderWorkflowId,
  orderWorkflowType,
  placeOrder,
  resolveOrder,
  type OrderInput,
} from '../../workflows/water/order.contract.js';
import type { OrderTransition } from '../../workflows/water/order-transition.contract.js';
import { createTestDatabase } from '../support/servers/database.js';
import { eventually } from '../support/timing/eventually.js';
import { anOrder, aSeller, policy } from '../support/water/market.js';
import type { TestTemporal } from '../support/servers/temporal.js';
import type { Played } from './recording.js';

const confirmation = { confirmedVolumeLiters: 100, confirmedDeliveryAt: null, noteId: null };
const resolution = {
  outcome: 'NOT_DELIVERED' as const,
  deliveredVolumeLiters: null,
  evidenceEventIds: [],
};

/** Each course of an order, with deadlines short enough to wait for. */
export async function play(temporal: TestTemporal): Promise<Played> {
  const test = await createTestDatabase();
  const real = createOrderActivities({ database: test.database });
  /** How many of the next tries find PostgreSQL away, by the order's id. */
  const awayFor = new Map<string, number>();
  const isAway = (orderId: string): boolean => {
    const left = awayFor.get(orderId) ?? 0;
    awayFor.set(orderId, left - 1);
    return left > 0;
  };
  const { taskQueue } = await temporal.startWorker('water', {
    placeOrder: (input: OrderInput) =>
      isAway(input.orderId)
        ? Promise.reject(outage({ dependency: 'postgres' }))
        : real.placeOrder(input),
    recordTransition: (transition: OrderTransition) =>
      isAway(transition.before.orderId)
        ? Promise.reject(outage({ dependency: 'postgres' }))
        : real.recordTransition(transition),
  });
  const workflows = createWorkflows(temporal.client);

  async function order(changes: Partial<OrderInput> = {}) {
    const input = anOrder(await aSeller(test.admin), changes);
    const { buyer } = input;
    const seller = { accountId: input.sellerAccountId, principalId: newId() };
    const workflowId = orderWorkflowId(input.orderId);
    const start = { workflow: orderWorkflowType, workflowId, taskQueue, args: [input] };
    return {
      handle: temporal.client.workflow.getHandle(workflowId),
      meets: (tries: number) => awayFor.set(input.orderId, tries),
      place: () => workflows.updateWithStart({ ...start, update: placeOrder, updateArgs: [] }),
      accept: () => workflows.update(workflowId, acceptOrder, [seller]),
      cancel: () => workflows.update(workflowId, cancelOrder, [buyer]),
      dispute: () => workflows.update(workflowId, disputeOrder, [buyer, { noteId: null }]),
      resolve: () =>
        workflows.update(workflowId, resolveOrder, [{ principalId: newId() }, resolution]),
      buyerConfirms: () => workflows.update(workflowId, confirmDelivery, [buyer, confirmation]),
      sellerConfirms: (liters: number) =>
        workflows.update(workflowId, confirmDelivery, [
          seller,
          { ...confirmation, confirmedVolumeLiters: liters },
        ]),
    };
  }

  async function accepted(deadlines: Partial<OrderInput['policy']> = {}) {
    const placed = await order({ policy: { ...policy, ...deadlines } });
    await placed.place();
    await placed.accept();
    return placed;
  }

  const refused = await order({ requestedVolumeLiters: 100_000 });
  await refused.place().catch(() => undefined);

  const expired = await order({ policy: { ...policy, acceptMs: 800 } });
  await expired.place();

  const cancelled = await accepted();
  await cancelled.cancel();

  const delivered = await accepted({ disputeMs: 800 });
  await delivered.buyerConfirms();
  await delivered.sellerConfirms(100);

  const disputed = await accepted();
  await disputed.dispute();
  await disputed.resolve();

  const differing = await accepted();
  await Promise.all([differing.buyerConfirms(), differing.sellerConfirms(50)]);
  await differing.resolve();

  const overdue = await accepted({ confirmMs: 600, overdueMs: 600 });
  await overdue.buyerConfirms();
  // Possible as soon as the system has opened the dispute.
  await eventually(overdue.resolve);

  // More tries than a command has, so that timers carry on: of a placing, of a step and of a
  // deadline.
  const late = await order();
  late.meets(10);
  await late.place().catch(() => undefined);
  await eventually(late.accept);
  late.meets(10);
  await late.cancel().catch(() => undefined);
  await eventually(late.cancel);

  const lateEnd = await order({ policy: { ...policy, acceptMs: 800 } });
  await lateEnd.place();
  lateEnd.meets(5);

  const played = {
    'placed-late': late.handle,
    'expired-late': lateEnd.handle,
    refused: refused.handle,
    expired: expired.handle,
    cancelled: cancelled.handle,
    delivered: delivered.handle,
    'disputed-and-resolved': disputed.handle,
    'volumes-differ': differing.handle,
    overdue: overdue.handle,
  };
  await Promise.all(Object.values(played).map((handle) => handle.result()));
  await test.drop();
  return played;
}
