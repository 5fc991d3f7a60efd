import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createOrderActivities,
  type OrderActivities,
} from '../../activities/water/order.activities.js';
import { newId } from '../../db/shared/id.js';
import { changeBy, orderAfter } from '../../workflows/water/order-change.rules.js';
import type { Order } from '../../workflows/water/order.contract.js';
import type {
  OrderStep,
  OrderTransition,
} from '../../workflows/water/order-transition.contract.js';
import { asFailure } from '../../workflows/shared/failure.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { aReservoir, anOrder, aSeller, policy, type Seller } from '../support/water/market.js';

let test: TestDatabase;
let orders: OrderActivities;
beforeAll(async () => {
  test = await createTestDatabase();
  orders = createOrderActivities({ database: test.database });
});
afterAll(() => test.drop());

const transition = (before: Order, step: OrderStep, deadlines = policy): OrderTransition => ({
  before,
  step,
  policy: deadlines,
  occurredAt: new Date().toISOString(),
});
/** The workflow's idea of the order after the step. */
const orderBy = (before: Order, step: OrderStep, { occurredAt }: OrderTransition): Order =>
  orderAfter(before, changeBy(before, step, policy, Date.parse(occurredAt)).patch);
const record = async (order: Order, step: OrderStep): Promise<Order> => {
  const asked = transition(order, step);
  return (await orders.recordTransition(asked)) ?? orderBy(order, step, asked);
};
const eventsOf = async (orderId: string): Promise<string[]> =>
  (
    await test.admin.query<{ event_type: string }>(
      'select event_type from platform.events where subject_id = $1 order by subject_seq',
      [orderId],
    )
  ).rows.map((row) => row.event_type);
const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => asFailure(error),
  );
const place = (seller: Seller, liters: number) =>
  orders.placeOrder(anOrder(seller, { requestedVolumeLiters: liters }));
const seller = (order: Order) => ({
  accountId: order.sellerAccountId,
  principalId: order.sellerAccountId,
});
const buyer = (order: Order) => ({
  accountId: order.buyerAccountId,
  principalId: order.buyerAccountId,
});
const confirmation = (liters: number) => ({
  confirmedVolumeLiters: liters,
  confirmedDeliveryAt: null,
  noteId: null,
});
async function deliver(order: Order, liters: number): Promise<Order> {
  const accepted = await record(order, { action: 'accept', actor: seller(order) });
  const first = await record(accepted, {
    action: 'confirm-delivery',
    actor: seller(order),
    confirmation: confirmation(liters),
  });
  return record(first, {
    action: 'confirm-delivery',
    actor: buyer(order),
    confirmation: confirmation(liters),
  });
}

describe('placing an order', () => {
  it('fixes the price and writes the row with its event, once, however often it is retried', async () => {
    const input = anOrder(
      await aSeller(test.admin, { rules: [{ price: '0.333333', feeMinor: 250 }] }),
    );
    const placed = await orders.placeOrder(input);
    await test.admin.query('delete from water.reservoir_levels');
    expect(await orders.placeOrder(input)).toEqual(placed);
    expect(placed).toMatchObject({
      status: 'CREATED',
      version: 1,
      priceQuoteTotalMinor: 3333 + 250,
    });
    expect(placed.orderCode).toMatch(/^ORD-[0-9A-HJKMNP-TV-Z]{12}$/);
    expect(Date.parse(placed.nextDeadline ?? '') - Date.parse(placed.createdAt)).toBe(
      policy.acceptMs,
    );
    expect(await eventsOf(input.orderId)).toEqual(['ORDER_CREATED']);
  });

  it('sells exactly nine of nine to twenty buyers at the same moment', async () => {
    const source = await aSeller(test.admin, { volumeLiters: 900 });
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => refusalOf(orders.placeOrder(anOrder(source)))),
    );
    expect(outcomes.filter((refusal) => refusal === undefined)).toHaveLength(9);
    expect(outcomes.filter((refusal) => refusal?.code === 'INSUFFICIENT_STOCK')).toHaveLength(11);
    const { rows } = await test.admin.query(
      'select count(*)::int as n from water.orders where seller_account_id = $1',
      [source.accountId],
    );
    expect(rows).toEqual([{ n: 9 }]);
  });

  it('refuses what is not for sale and leaves neither row nor event', async () => {
    const unpriced = await aSeller(test.admin, { rules: [{ min: 200 }] });
    const expired = await aSeller(test.admin, { rules: [{ validity: '[2020-01-01,2021-01-01)' }] });
    const cases = [
      [await aSeller(test.admin, { availability: null }), 'RESOURCE_NOT_FOUND'],
      [await aSeller(test.admin, { availability: 'UNAVAILABLE' }), 'SELLER_NOT_AVAILABLE'],
      [await aSeller(test.admin, { status: 'INACTIVE' }), 'SELLER_NOT_AVAILABLE'],
      [unpriced, 'NO_PRICE_RULE_MATCH'],
      [expired, 'NO_PRICE_RULE_MATCH'],
      [await aSeller(test.admin, { volumeLiters: null }), 'INSUFFICIENT_STOCK'],
    ] as const;
    for (const [source, code] of cases) {
      const input = anOrder(source);
      expect(await refusalOf(orders.placeOrder(input))).toMatchObject({ code });
      expect(await eventsOf(input.orderId)).toEqual([]);
    }
    const { rows } = await test.admin.query(
      'select 1 from water.orders where seller_account_id = any($1)',
      [cases.map(([source]) => source.accountId)],
    );
    expect(rows).toEqual([]);
  });

  it('fills a target to its full, and only one of the buyer', async () => {
    const source = await aSeller(test.admin, { volumeLiters: 9000 });
    const filling = { fillMode: 'FILL_TO_FULL', requestedVolumeLiters: null } as const;
    const input = anOrder(source, filling);
    const target = await aReservoir(test.admin, input.buyer.accountId, {
      capacityLiters: 3000,
      volumeLiters: 750.5,
    });
    const placed = await orders.placeOrder({ ...input, targetReservoirId: target });
    expect(placed.requestedVolumeLiters).toBe(2249.5);

    const full = await aReservoir(test.admin, input.buyer.accountId, {
      capacityLiters: 500,
      volumeLiters: 500,
    });
    expect(
      await refusalOf(
        orders.placeOrder(
          anOrder(source, { ...input, orderId: source.reservoirId, targetReservoirId: full }),
        ),
      ),
    ).toMatchObject({ code: 'TARGET_RESERVOIR_REQUIRED' });
    const foreign = anOrder(source, { ...filling, targetReservoirId: target });
    expect(await refusalOf(orders.placeOrder(foreign))).toMatchObject({
      code: 'RESOURCE_NOT_FOUND',
    });
  });
});

describe('stock', () => {
  const left = async (source: Seller) =>
    (await refusalOf(place(source, 9_999_999)))?.details['available_liters'];

  it('is the latest volume less the safety margin, what is held and what was delivered since', async () => {
    const source = await aSeller(test.admin, {
      volumeLiters: 5000,
      capacityLiters: 10_000,
      safetyMarginPct: 10,
    });
    expect(await left(source)).toBe(4000);
    const order = await place(source, 1000);
    expect(await left(source)).toBe(3000);
    await deliver(order, 1010);
    expect(await left(source)).toBe(2990);
    await test.admin.query(
      'update water.reservoir_levels set volume_liters = 3990, recorded_at = clock_timestamp() where account_id = $1',
      [source.accountId],
    );
    expect(await left(source)).toBe(2990);
  });

  it('comes back when an order ends without a delivery', async () => {
    const source = await aSeller(test.admin);
    for (const action of ['reject', 'cancel'] as const) {
      const order = await place(source, 400);
      await record(order, { action, actor: action === 'reject' ? seller(order) : buyer(order) });
    }
    await orders.recordTransition(
      transition(await place(source, 400), { action: 'expire' }, { ...policy, acceptMs: 0 }),
    );
    expect(await left(source)).toBe(1000);
  });

  it('is held by a dispute until it is resolved', async () => {
    const source = await aSeller(test.admin);
    const order = await place(source, 400);
    const accepted = await record(order, { action: 'accept', actor: seller(order) });
    const disputed = await record(accepted, {
      action: 'dispute',
      actor: buyer(order),
      noteId: null,
    });
    expect(await left(source)).toBe(600);
    const resolution = {
      outcome: 'NOT_DELIVERED',
      deliveredVolumeLiters: null,
      evidenceEventIds: [],
    } as const;
    await record(disputed, {
      action: 'resolve',
      actor: { principalId: source.accountId },
      resolution: { ...resolution, evidenceEventIds: [] },
    });
    expect(await left(source)).toBe(1000);
  });
});

describe('a transition', () => {
  it('is recorded with its events once, and answers the same when it is retried', async () => {
    const order = await place(await aSeller(test.admin), 100);
    const accept: OrderStep = { action: 'accept', actor: seller(order) };
    const step = transition(order, accept);
    expect(await orders.recordTransition(step)).toBeUndefined();
    const row = await orders.recordTransition(step);
    expect(row).toMatchObject({ status: 'ACCEPTED', version: 2 });
    // The workflow's belief matches the row.
    expect(row).toEqual(orderBy(order, accept, step));
    expect(await eventsOf(order.orderId)).toEqual(['ORDER_CREATED', 'ORDER_ACCEPTED']);
  });

  it('tells of the delivery only with both confirmations', async () => {
    const order = await place(await aSeller(test.admin), 100);
    const delivered = await deliver(order, 101);
    expect(delivered).toMatchObject({ status: 'DELIVERED', deliveredVolumeLiters: 101 });
    expect(await eventsOf(order.orderId)).toEqual([
      'ORDER_CREATED',
      'ORDER_ACCEPTED',
      'ORDER_DELIVERY_CONFIRMED',
      'ORDER_DELIVERY_CONFIRMED',
      'ORDER_DELIVERED',
    ]);
  });

  it('fails where the row is told otherwise than it is, rather than be asked for again without end', async () => {
    const order = await place(await aSeller(test.admin), 100);
    await record(order, { action: 'accept', actor: seller(order) });
    const confirmed = { ...confirmation(100), confirmedBy: newId(), confirmedAt: order.createdAt };
    // A number of more digits than JavaScript tells.
    await test.admin.query(
      `update water.orders set buyer_confirmation = $2::jsonb || '{"confirmedVolumeLiters": 100.00000000000000001}'
       where order_id = $1`,
      [order.orderId, confirmed],
    );
    const step: OrderStep = {
      action: 'confirm-delivery',
      actor: seller(order),
      confirmation: confirmation(100),
    };
    const told = await orders.recordTransition({ ...transition(order, step), step: null });
    expect(told).toMatchObject({ status: 'ACCEPTED', buyerConfirmation: confirmed });
    // No outage: the workflow rests and says so to operators (test/faults/lasting-error.test.ts).
    await expect(record(told ?? order, step)).rejects.toThrow(
      new Error('an order is as its step found it, and did not move'),
    );
    expect(await eventsOf(order.orderId)).toEqual(['ORDER_CREATED', 'ORDER_ACCEPTED']);
  });

  it('leaves nothing for another account', async () => {
    const order = await place(await aSeller(test.admin), 100);
    const step = transition(order, { action: 'accept', actor: seller(order) });
    const other = await aSeller(test.admin);
    await expect(
      orders.recordTransition({ ...step, before: { ...order, sellerAccountId: other.accountId } }),
    ).rejects.toThrow();
    const { rows } = await test.admin.query('select status from water.orders where order_id = $1', [
      order.orderId,
    ]);
    expect(rows).toEqual([{ status: 'CREATED' }]);
  });
});
