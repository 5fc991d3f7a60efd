import { createOrderActivities } from '../../activities/water/order.activities.js';
import { anOrder, aSeller } from '../../test/support/water/market.js';
import type { Stack } from '../shared/stack.js';

/** Places orders of a buyer, waiting for the seller; returns the paths for reading the orders. */
export async function placeOrders(
  { postgres, database }: Stack,
  accountId: string,
  count: number,
): Promise<string[]> {
  const seller = await aSeller(postgres.admin, { volumeLiters: 100_000, capacityLiters: 100_000 });
  const { placeOrder } = createOrderActivities({ database });
  const paths: string[] = [];
  while (paths.length < count) {
    const { orderId } = await placeOrder(
      anOrder(seller, { buyer: { accountId, principalId: accountId } }),
    );
    paths.push(`/v1/accounts/${accountId}/orders/${orderId}`);
  }
  await postgres.admin.query('analyze water.orders');
  return paths;
}
