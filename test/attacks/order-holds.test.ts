import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createOrderActivities } from '../../activities/water/order.activities.js';
import { integer, text, uuid } from '../../db/connection/column.js';
import { query } from '../../db/connection/query.js';
import { asFailure } from '../../workflows/shared/failure.js';
import type { HoldLimits } from '../../workflows/water/hold-limit.rules.js';
import type { Actor, Order } from '../../workflows/water/order.contract.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { anOrder, aSeller, policy, type Seller } from '../support/water/market.js';

const limits: HoldLimits = {
  ordersOfBuyer: 6,
  litersOfBuyer: 1_500,
  ordersWithSeller: 4,
  litersWithSeller: 1_000,
  pendingSharePct: 50,
};
const openHolds = query({
  name: 'test.open_holds',
  parameters: {
    signed: text,
    buyerAccountId: uuid,
    sellerAccountId: uuid,
    sellerReservoirId: uuid,
  },
  row: { orders_of_buyer: integer, orders_with_seller: integer },
  text: `select h.orders_of_buyer, h.orders_with_seller
   from water.open_holds(:signed, :buyerAccountId, :sellerAccountId, :sellerReservoirId) h`,
});
const ownOrders = query({
  name: 'test.own_orders',
  row: { id: uuid, n: integer },
  text: `select platform.current_account_id() as id,
     (select count(*)::int from water.orders) as n`,
});

let test: TestDatabase;
let orders: ReturnType<typeof createOrderActivities>;
beforeAll(async () => {
  test = await createTestDatabase();
  orders = createOrderActivities({ database: test.database, holdLimits: limits });
});
afterAll(() => test.drop());

const aBuyer = (): Actor => ({ accountId: randomUUID(), principalId: randomUUID() });
const place = (seller: Seller, buyer: Actor, liters: number) =>
  orders.placeOrder(anOrder(seller, { buyer, requestedVolumeLiters: liters }));
const refusalOf = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work;
    return 'placed';
  } catch (error) {
    const refusal = asFailure(error);
    if (!refusal) throw error;
    return refusal.details['limit'] ?? refusal.code;
  }
};
const accept = async (order: Order): Promise<void> => {
  const actor = { accountId: order.sellerAccountId, principalId: order.sellerAccountId };
  const occurredAt = new Date().toISOString();
  await orders.recordTransition({
    before: order,
    step: { action: 'accept', actor },
    policy,
    occurredAt,
  });
};

describe('a stranger who holds what others want', () => {
  it('does not get the whole stock before the seller has looked, and others do get theirs', async () => {
    const [seller, stranger] = [await aSeller(test.admin), aBuyer()];
    await expect(place(seller, stranger, 1_000)).rejects.toMatchObject({
      type: 'HOLD_LIMIT_REACHED',
      details: [{ limit: 'PENDING_SHARE_OF_STOCK', max: 500, wanted: 1_000 }],
    });
    const first = await place(seller, stranger, 500);
    expect(await refusalOf(place(seller, stranger, 1))).toBe('PENDING_SHARE_OF_STOCK');
    expect(await refusalOf(place(seller, aBuyer(), 400))).toBe('placed');
    // The last of the stock is for sale, and an accepted order's hold is no longer a hold for
    // nothing.
    await accept(first);
    expect(await refusalOf(place(seller, stranger, 100))).toBe('placed');
    expect(await refusalOf(place(seller, aBuyer(), 1))).toBe('INSUFFICIENT_STOCK');
  });

  it('is stopped by each bound, alone and by all their requests at the same moment', async () => {
    const sellers = await Promise.all(
      Array.from({ length: 4 }, () => aSeller(test.admin, { volumeLiters: 9_000 })),
    );
    const [one] = sellers;
    if (!one) throw new Error('a seller');
    const atOnce = async (works: Promise<unknown>[]) => {
      const outcomes = await Promise.all(works.map(refusalOf));
      return Object.fromEntries(
        [...new Set(outcomes)].map((each) => [each, outcomes.filter((o) => o === each).length]),
      );
    };
    const few = aBuyer();
    expect(await atOnce(Array.from({ length: 10 }, () => place(one, few, 1)))).toEqual({
      placed: 4,
      ORDERS_WITH_SELLER: 6,
    });
    const much = aBuyer();
    expect(await atOnce(Array.from({ length: 6 }, () => place(one, much, 400)))).toEqual({
      placed: 2,
      LITERS_WITH_SELLER: 4,
    });
    // Across sellers, with stocks locked apart.
    const many = aBuyer();
    const everywhere = (buyer: Actor, liters: number) =>
      Array.from({ length: 16 }, (_, i) => place(sellers[i % 4] ?? one, buyer, liters));
    const counted = await atOnce(everywhere(many, 1));
    expect(counted).toMatchObject({ placed: 6 });
    expect(Object.keys(counted).sort()).toEqual(['ORDERS_OF_BUYER', 'placed']);
    const wide = await atOnce(everywhere(aBuyer(), 300));
    expect(wide).toEqual({ placed: 5, LITERS_OF_BUYER: 11 });
  });

  it('waits for no lock that waits for theirs: many buyers, many tanks, all at once', async () => {
    const sellers = await Promise.all(
      Array.from({ length: 3 }, () => aSeller(test.admin, { volumeLiters: 9_000 })),
    );
    const buyers = [aBuyer(), aBuyer(), aBuyer()];
    const works = Array.from({ length: 54 }, (_, i) => {
      const [seller, buyer] = [sellers[i % 3], buyers[Math.floor(i / 3) % 3]];
      if (!seller || !buyer) throw new Error('a pair');
      return refusalOf(place(seller, buyer, 1));
    });
    const outcomes = await Promise.all(works);
    expect(outcomes.filter((outcome) => outcome === 'placed')).toHaveLength(
      3 * limits.ordersOfBuyer,
    );
    expect(new Set(outcomes)).toEqual(new Set(['placed', 'ORDERS_OF_BUYER']));
  });

  it('is answered the same for an order that is placed again, also at the bound', async () => {
    const [seller, buyer] = [await aSeller(test.admin), aBuyer()];
    const order = anOrder(seller, { buyer, requestedVolumeLiters: 500 });
    const placed = await orders.placeOrder(order);
    expect(await orders.placeOrder(order)).toEqual(placed);
  });

  it('leaves nothing of the count behind: the context is the one that was there', async () => {
    const [seller, other] = [await aSeller(test.admin), await aSeller(test.admin)];
    const buyer = aBuyer();
    await place(other, buyer, 100);
    const asked = {
      buyerAccountId: buyer.accountId,
      sellerAccountId: seller.accountId,
      sellerReservoirId: seller.reservoirId,
    };
    const ofSeller = { accountId: seller.accountId };
    const seen = await test.database.transaction(ofSeller, async (scope) => {
      const signed = scope.signed({ accountId: buyer.accountId });
      const [counted] = await scope.read(openHolds, { ...asked, signed });
      const [after] = await scope.read(ownOrders, {});
      return { counted, after };
    });
    expect(seen).toMatchObject({
      counted: { orders_of_buyer: 1, orders_with_seller: 0 },
      after: { id: seller.accountId, n: 0 },
    });
    // A context signed for another connection, or by nobody, is no context.
    const forged = test.database
      .statements(ofSeller)
      .read(openHolds, { ...asked, signed: 'forged' });
    await expect(forged).rejects.toMatchObject({ code: 'MR002' });
  });
});
