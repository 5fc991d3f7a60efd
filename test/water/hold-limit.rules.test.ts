import { expect, it } from '@jest/globals';
import { asFailure } from '../../workflows/shared/failure.js';
import {
  assertMayHold,
  type HoldLimits,
  type Holds,
} from '../../workflows/water/hold-limit.rules.js';

const limits: HoldLimits = {
  ordersOfBuyer: 3,
  litersOfBuyer: 1_000,
  ordersWithSeller: 2,
  litersWithSeller: 800,
  pendingSharePct: 50,
};
const holdsOf = (changes: Partial<Holds> = {}): Holds => ({
  ordersOfBuyer: 0,
  litersOfBuyer: 0,
  ordersWithSeller: 0,
  litersWithSeller: 0,
  pendingLiters: 0,
  stockLiters: 1_000,
  ...changes,
});

it('takes an order up to each bound', () => {
  const almost = { ordersOfBuyer: 2, litersOfBuyer: 500, ordersWithSeller: 1 };
  const holds = holdsOf({ ...almost, litersWithSeller: 300 });
  expect(() => assertMayHold(holds, limits, 500)).not.toThrow();
});

it.each<[string, Partial<Holds>, number, number]>([
  ['ORDERS_OF_BUYER', { ordersOfBuyer: 3 }, 4, 3],
  ['LITERS_OF_BUYER', { litersOfBuyer: 901 }, 1_001, 1_000],
  ['ORDERS_WITH_SELLER', { ordersWithSeller: 2 }, 3, 2],
  ['LITERS_WITH_SELLER', { litersWithSeller: 701 }, 801, 800],
  ['PENDING_SHARE_OF_STOCK', { pendingLiters: 401 }, 501, 500],
])('refuses what goes beyond %s, and says so', (limit, changes, wanted, max) => {
  let thrown: unknown;
  try {
    assertMayHold(holdsOf(changes), limits, 100);
  } catch (error) {
    thrown = error;
  }
  expect(asFailure(thrown)).toMatchObject({
    code: 'HOLD_LIMIT_REACHED',
    details: { limit, wanted, max },
  });
});
