import { createOrderActivities } from '../activities/water/order.activities.js';
import { anOrder, aSeller } from '../test/support/market.js';
import { signIn } from './http/buyer.js';
import { loadHttp } from './http/load.js';
import { compare, type Side } from './shared/ratio.js';
import { loadNote, ratioFigure, type Figure } from './shared/report.js';
import { startStack, type Stack } from './shared/stack.js';

const orderCount = 200;
const connections = 16;

/** An order read through the whole API, against bare HTTP and the same SQL. */
export async function benchReads(): Promise<Figure[]> {
  const stack = await startStack();
  try {
    const apiPort = await stack.startProcess('workers/main.ts', { ROLES: 'api' });
    const barePort = await stack.startProcess('bench/http/bare-reads.process.ts', {
      BARE_DATABASE_URL: stack.postgres.adminUrl,
    });
    const { accountId, headers } = await signIn(stack, apiPort);
    const paths = (await placeOrders(stack, accountId)).map((orderId) => `/v1/accounts/${accountId}/orders/${orderId}`);
    await assertSameOrder(paths[0] ?? '', headers, [apiPort, barePort]);

    const shares: number[] = [];
    const reading =
      (port: number, amount: number, given: Record<string, string>): Side =>
      async () => {
        const requests = paths.map((path) => ({ path }));
        const result = await loadHttp({
          ...{ url: `http://127.0.0.1:${port}`, connections, amount, requests, headers: given },
        });
        shares.push(result.cpuShare);
        return amount / result.seconds;
      };
    const measured = await compare(reading(apiPort, 6_000, headers), reading(barePort, 10_000, {}), { rounds: 7 });
    const figure = ratioFigure('reads.order_ratio', measured, { floor: 0.4, target: 0.6 });
    return [{ ...figure, note: `${figure.note}${loadNote(shares)}` }];
  } finally {
    await stack.stop();
  }
}

async function placeOrders({ postgres, database }: Stack, accountId: string): Promise<string[]> {
  const seller = await aSeller(postgres.admin, { volumeLiters: 100_000, capacityLiters: 100_000 });
  const { placeOrder } = createOrderActivities({ database });
  const orderIds: string[] = [];
  for (let n = 0; n < orderCount; n += 1) {
    const { orderId } = await placeOrder(anOrder(seller, { buyer: { accountId, principalId: accountId } }));
    orderIds.push(orderId);
  }
  await postgres.admin.query('analyze water.orders');
  return orderIds;
}

/** Both answer with the order that is asked for, and ours to nobody who is not signed in. */
async function assertSameOrder(path: string, headers: Record<string, string>, [ours, bare]: [number, number]) {
  const read = async (port: number) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
    return ((await response.json()) as { order_id: string }).order_id;
  };
  const stranger = await fetch(`http://127.0.0.1:${ours}${path}`);
  if (stranger.status !== 401) throw new Error(`a stranger was answered with ${stranger.status}`);
  if (!path.endsWith(await read(ours)) || !path.endsWith(await read(bare)))
    throw new Error('another order was answered');
}
