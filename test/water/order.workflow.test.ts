import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createOrderActivities,
  type OrderActivities,
} from '../../activities/water/order.activities.js';
import { createWorkflows, type Workflows } from '../../api/shared/workflows.js';
import { asFailure } from '../../workflows/shared/failure.js';
import {
  acceptOrder,
  cancelOrder,
  confirmDelivery,
  disputeOrder,
  orderWorkflowId,
  orderWorkflowType,
  placeOrder,
  rejectOrder,
  resolveOrder,
  type OrderInput,
  type OrderPolicy,
} from '../../workflows/water/order.contract.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { eventually } from '../support/timing/eventually.js';
import { anOrder, aSeller, policy, type SellerOptions } from '../support/water/market.js';
import { connectTestTemporal, type TestTemporal } from '../support/servers/temporal.js';

let test: TestDatabase;
let temporal: TestTemporal;
let workflows: Workflows;
let taskQueue: string;
/** Runs after the activities' commit; a test may let one attempt fail there. */
let afterCommit: () => void = () => undefined;

beforeAll(async () => {
  [test, temporal] = await Promise.all([createTestDatabase(), connectTestTemporal()]);
  workflows = createWorkflows(temporal.client);
  const real = createOrderActivities({ database: test.database });
  const activities: OrderActivities = {
    placeOrder: (input) => real.placeOrder(input).finally(() => afterCommit()),
    recordTransition: (step) => real.recordTransition(step).finally(() => afterCommit()),
  };
  ({ taskQueue } = await temporal.startWorker('water', activities));
});
afterAll(async () => {
  await temporal.close();
  await test.drop();
});

const confirmation = (liters: number) => ({
  confirmedVolumeLiters: liters,
  confirmedDeliveryAt: null,
  noteId: null,
});
const resolution = {
  outcome: 'NOT_DELIVERED' as const,
  deliveredVolumeLiters: null,
  evidenceEventIds: [],
};
const admin = { principalId: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f' };

async function placed(changes: Partial<OrderPolicy> = {}, options: SellerOptions = {}) {
  const input = anOrder(await aSeller(test.admin, options), { policy: { ...policy, ...changes } });
  return { ...sides(input), first: await place(input) };
}
const place = (input: OrderInput) =>
  workflows.updateWithStart({
    workflow: orderWorkflowType,
    workflowId: orderWorkflowId(input.orderId),
    taskQueue,
    args: [input],
    update: placeOrder,
    updateArgs: [],
  });

/** The actions of each side, and views of the order. */
function sides(input: OrderInput) {
  const id = orderWorkflowId(input.orderId);
  const { buyer } = input;
  const seller = { accountId: input.sellerAccountId, principalId: input.sellerAccountId };
  const handle = temporal.client.workflow.getHandle(id);
  return {
    input,
    accept: () => workflows.update(id, acceptOrder, [seller]),
    reject: () => workflows.update(id, rejectOrder, [seller]),
    cancel: () => workflows.update(id, cancelOrder, [buyer]),
    dispute: () => workflows.update(id, disputeOrder, [buyer, { noteId: null }]),
    resolve: () => workflows.update(id, resolveOrder, [admin, resolution]),
    buyerConfirms: (liters: number) =>
      workflows.update(id, confirmDelivery, [buyer, confirmation(liters)]),
    sellerConfirms: (liters: number) =>
      workflows.update(id, confirmDelivery, [seller, confirmation(liters)]),
    acceptAs: (accountId: string) => workflows.update(id, acceptOrder, [{ ...seller, accountId }]),
    result: () => handle.result(),
    updatesInHistory: async () => {
      const { events } = await handle.fetchHistory();
      return events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes).length;
    },
    row: async () =>
      (
        await test.admin.query<Record<string, unknown>>(
          'select * from water.orders where order_id = $1',
          [input.orderId],
        )
      ).rows[0],
    events: async () =>
      (
        await test.admin.query<{ event_type: string }>(
          'select event_type from platform.events where subject_id = $1 order by subject_seq',
          [input.orderId],
        )
      ).rows.map((row) => row.event_type.replace('ORDER_', '')),
  };
}
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => asFailure(error)?.code ?? error,
  );

describe('an order', () => {
  it('goes from placing to delivery and ends when it can no longer be disputed', async () => {
    const order = await placed({ disputeMs: 1_000 });
    expect(order.first).toMatchObject({
      status: 'CREATED',
      requestedVolumeLiters: 100,
      priceQuoteTotalMinor: 5000,
    });
    const accepted = await order.accept();
    expect(accepted).toMatchObject({ orderId: order.input.orderId, status: 'ACCEPTED' });
    expect(await order.sellerConfirms(100)).toEqual(accepted);
    expect(await order.buyerConfirms(102)).toMatchObject({ status: 'DELIVERED' });
    expect(await order.result()).toBe('DELIVERED');
    expect(await codeOf(order.dispute())).toBe('RESOURCE_NOT_FOUND');
    expect(await order.row()).toMatchObject({
      status: 'DELIVERED',
      delivered_volume_liters: 102,
      version: 4,
    });
    expect(await order.events()).toEqual([
      'CREATED',
      'ACCEPTED',
      'DELIVERY_CONFIRMED',
      'DELIVERY_CONFIRMED',
      'DELIVERED',
    ]);
  });

  it('leaves no row and no open workflow when it is refused', async () => {
    const input = anOrder(await aSeller(test.admin), { requestedVolumeLiters: 1001 });
    const order = sides(input);
    expect(await codeOf(place(input))).toBe('INSUFFICIENT_STOCK');
    expect(await order.result()).toBe('REFUSED');
    expect(await order.row()).toBeUndefined();
  });

  it('is placed once, however often it is placed', async () => {
    const order = await placed();
    expect(await place(order.input)).toEqual(order.first);
    expect(await order.events()).toEqual(['CREATED']);
  });

  it.each(['reject', 'cancel'] as const)('ends with a %s', async (action) => {
    const order = await placed();
    const status = action === 'reject' ? 'REJECTED' : 'CANCELLED';
    expect(await order[action]()).toMatchObject({ status, nextDeadline: null });
    expect(await order.result()).toBe(status);
    expect(await order.row()).toMatchObject({ status, next_deadline: null });
  });

  it('expires when nobody accepts it in time', async () => {
    const order = await placed({ acceptMs: 500 });
    expect(await order.result()).toBe('EXPIRED');
    expect(await order.row()).toMatchObject({ status: 'EXPIRED' });
    expect(await order.events()).toEqual(['CREATED', 'EXPIRED']);
  });

  it('reminds, alerts and is disputed by the system when the delivery is not confirmed', async () => {
    const order = await placed({ confirmMs: 900, overdueMs: 5_000 });
    await order.accept();
    // One party alone, at any moment before the dispute.
    await order.sellerConfirms(100);
    await eventually(async () =>
      expect(await order.row()).toMatchObject({ status: 'DISPUTED', reminders_sent: 2 }),
    );
    const events = await order.events();
    expect(events.filter((event) => event === 'DELIVERY_CONFIRMED')).toHaveLength(1);
    expect(events.filter((event) => event !== 'DELIVERY_CONFIRMED')).toEqual([
      'CREATED',
      'ACCEPTED',
      'CONFIRMATION_REMINDER',
      'CONFIRMATION_REMINDER',
      'DELIVERY_OVERDUE',
      'DISPUTED',
    ]);
    expect(await order.row()).toMatchObject({ dispute: { reason: 'OVERDUE', openedBy: null } });
    expect(await order.resolve()).toMatchObject({ status: 'RESOLVED' });
    expect(await order.result()).toBe('RESOLVED');
  });

  it('can still be confirmed when it is overdue', async () => {
    const order = await placed({ confirmMs: 300 });
    await order.accept();
    await eventually(async () => expect((await order.row())?.['overdue_at']).not.toBeNull());
    await order.sellerConfirms(100);
    expect(await order.buyerConfirms(100)).toMatchObject({ status: 'DELIVERED' });
  });

  it('opens a dispute by itself when the confirmed volumes differ by more than the tolerance', async () => {
    const order = await placed({ volumeTolerancePct: 5 });
    await order.accept();
    await order.sellerConfirms(100);
    expect(await order.buyerConfirms(94.9)).toMatchObject({
      status: 'DISPUTED',
      nextDeadline: null,
    });
    expect(await order.row()).toMatchObject({
      delivered_at: null,
      dispute: { reason: 'VOLUME_MISMATCH' },
    });
    expect((await order.events()).at(-1)).toBe('DISPUTED');
  });

  it('may be disputed from acceptance until after the delivery, by the buyer', async () => {
    const order = await placed();
    expect(await codeOf(order.dispute())).toBe('INVALID_ORDER_STATE');
    await order.accept();
    await order.sellerConfirms(100);
    await order.buyerConfirms(100);
    expect(await order.dispute()).toMatchObject({ status: 'DISPUTED' });
    expect(await order.dispute()).toMatchObject({ status: 'DISPUTED' });
    expect(await order.row()).toMatchObject({ dispute: { reason: 'BUYER' } });
  });
});

describe('what may not be done', () => {
  it('is refused before it is in the history', async () => {
    const order = await placed();
    await order.accept();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect(await codeOf(order.reject())).toBe('INVALID_ORDER_STATE');
      expect(await codeOf(order.resolve())).toBe('INVALID_ORDER_STATE');
    }
    expect(await codeOf(order.acceptAs(order.input.buyer.accountId))).toBe('FORBIDDEN');
    expect(await codeOf(order.acceptAs(admin.principalId))).toBe('RESOURCE_NOT_FOUND');
    // The placing and the acceptance.
    expect(await order.updatesInHistory()).toBe(2);
    expect(await order.row()).toMatchObject({ status: 'ACCEPTED' });
  });

  it('names the state and what is allowed', async () => {
    const order = await placed();
    await order.accept();
    const refusal = await order.reject().catch((error: unknown) => asFailure(error));
    expect(refusal).toEqual({
      code: 'INVALID_ORDER_STATE',
      details: { status: 'ACCEPTED', allowed: ['cancel', 'confirm-delivery', 'dispute'] },
    });
    await order.sellerConfirms(100);
    expect(await codeOf(order.cancel())).toBe('INVALID_ORDER_STATE');
  });

  it('is a second, other confirmation of the same party; the same one again is the same answer', async () => {
    const order = await placed();
    await order.accept();
    const first = await order.buyerConfirms(100);
    expect(await order.buyerConfirms(100)).toEqual(first);
    expect(await codeOf(order.buyerConfirms(99))).toBe('DELIVERY_CONFIRMATION_ALREADY_SET');
    expect(await order.events()).toEqual(['CREATED', 'ACCEPTED', 'DELIVERY_CONFIRMED']);
  });

  it('is decided once when both sides act at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const order = await placed();
      const outcomes = await Promise.all([codeOf(order.reject()), codeOf(order.cancel())]);
      expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
      expect(await order.events()).toHaveLength(2);
      expect(await order.result()).toBe((await order.row())?.['status']);
    }
  });
});

describe('after a loss', () => {
  it('records a transition once when the answer of its first attempt was lost', async () => {
    const order = await placed();
    let losses = 2;
    afterCommit = () => {
      if (losses-- > 0) throw new Error('the connection was lost');
    };
    expect(await order.accept()).toMatchObject({ status: 'ACCEPTED' });
    expect(losses).toBeLessThan(0);
    expect(await order.events()).toEqual(['CREATED', 'ACCEPTED']);
    expect(await order.row()).toMatchObject({ version: 2 });
  });

  it('places an order once when the answer of its first attempt was lost', async () => {
    let losses = 2;
    afterCommit = () => {
      if (losses-- > 0) throw new Error('the connection was lost');
    };
    const order = await placed();
    expect(await order.events()).toEqual(['CREATED']);
    expect(await order.row()).toMatchObject({ order_code: order.first.orderCode });
  });
});
