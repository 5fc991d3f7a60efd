import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createOrderActivities } from '../../activities/water/order.activities.js';
import type { Database } from '../../db/connection/database.js';
import type { HoldLimits } from '../../workflows/water/hold-limit.rules.js';
import type { OrderInput } from '../../workflows/water/order.contract.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { aReservoir, anOrder, aSeller } from '../support/water/market.js';
import { eventually } from '../support/timing/eventually.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const ample: HoldLimits = {
  ordersOfBuyer: 10,
  litersOfBuyer: 10_000,
  ordersWithSeller: 10,
  litersWithSeller: 10_000,
  pendingSharePct: 100,
};

interface Placing {
  input: OrderInput;
  limits?: HoldLimits;
  /** Done while the first attempt is on the way, as the outside may. */
  meanwhile?: () => Promise<unknown>;
}

/**
 * Each would be refused as a new order, because of the first attempt or of changes since.
 */
const placings: Record<string, () => Promise<Placing>> = {
  'an ordinary order': async () => ({ input: anOrder(await aSeller(test.admin)) }),
  'the last litres': async () => ({
    input: anOrder(await aSeller(test.admin), { requestedVolumeLiters: 1_000 }),
  }),
  'the last order of the buyer': async () => ({
    input: anOrder(await aSeller(test.admin)),
    limits: { ...ample, ordersOfBuyer: 1 },
  }),
  'a listing that is taken away': async () => {
    const seller = await aSeller(test.admin);
    return {
      input: anOrder(seller),
      // The row itself is locked by the first attempt.
      meanwhile: () =>
        test.admin.query('update water.seller_profiles set status = $2 where account_id = $1', [
          seller.accountId,
          'INACTIVE',
        ]),
    };
  },
  'a target that is full by now': async () => {
    const input = anOrder(await aSeller(test.admin));
    const { accountId } = input.buyer;
    const targetReservoirId = await aReservoir(test.admin, accountId, {
      capacityLiters: 500,
      volumeLiters: 100,
    });
    return {
      input: {
        ...input,
        fillMode: 'FILL_TO_FULL',
        requestedVolumeLiters: null,
        targetReservoirId,
      },
      meanwhile: () =>
        test.admin.query(
          'update water.reservoir_levels set volume_liters = 500 where reservoir_id = $1',
          [targetReservoirId],
        ),
    };
  },
};

/** A database with a first transaction that waits before the commit. */
function holdingFirst(database: Database) {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let count = 0;
  let isReached = false;
  const holding: Database = {
    ...database,
    transaction: (context, work) =>
      database.transaction(context, async (scope) => {
        count += 1;
        const isFirst = count === 1;
        const result = await work(scope);
        if (isFirst) {
          isReached = true;
          await released;
        }
        return result;
      }),
  };
  return { holding, release, isReached: () => isReached };
}

/** A worker may die with a commit on the way to PostgreSQL, behind another transaction's lock. */
describe('a second attempt at placing, begun before the first is committed', () => {
  it.each(Object.keys(placings))('answers the order of the first: %s', async (name) => {
    const placing = await placings[name]?.();
    if (!placing) throw new Error(`there is no ${name}`);
    const { input, limits = ample, meanwhile } = placing;
    const { holding, release, isReached } = holdingFirst(test.database);
    const { placeOrder } = createOrderActivities({ database: holding, holdLimits: limits });
    const first = placeOrder(input);
    await eventually(() => expect(isReached()).toBe(true));
    const second = placeOrder(input);
    await eventually(async () => {
      const { rowCount } = await test.admin.query(
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      expect(rowCount).toBe(1);
    });
    await meanwhile?.();
    release();
    expect(await second).toEqual(await first);
  });
});
