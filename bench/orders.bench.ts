import { aSeller, type Seller } from '../test/support/water/market.js';
import { signIn } from './http/buyer.js';
import { loadHttp } from './http/load.js';
import { lifecycleSides } from './orders/lifecycle.js';
import { compare, type Side } from './shared/ratio.js';
import { ratioFigure, type Figure } from './shared/report.js';
import { startStack, type Stack } from './shared/stack.js';

const sellerCount = 20;
const livesARound = 80;
const createsARound = 200;
const bareCreatesARound = 2_000;

/** Orders through the real workflow, against Temporal alone and against a bare insert. */
export async function benchOrders(): Promise<Figure[]> {
  const stack = await startStack();
  try {
    const sellers: Seller[] = [];
    // As many as are in flight, since orders for the same water wait for each other.
    while (sellers.length < sellerCount)
      sellers.push(await aSeller(stack.postgres.admin, { volumeLiters: 1e6, capacityLiters: 1e6 }));
    return [await lifecycles(stack, sellers), ...(await creates(stack, sellers))];
  } finally {
    await stack.stop();
  }
}

async function lifecycles(stack: Stack, sellers: readonly Seller[]): Promise<Figure> {
  const { ours, bare, stop } = await lifecycleSides(stack, sellers, livesARound);
  try {
    let lived = 0;
    const counted: Side = async () => {
      const rate = await ours();
      await assertLivedOnce(stack, (lived += livesARound));
      return rate;
    };
    return ratioFigure('orders.lifecycle_ratio', await compare(counted, bare, { rounds: 9 }), {
      floor: 0.7,
    });
  } finally {
    await stop();
  }
}

/** Each order is delivered at version 4 with five events: nothing lost, nothing doubled. */
async function assertLivedOnce({ postgres }: Stack, expected: number): Promise<void> {
  const { rows } = await postgres.admin.query<{
    delivered: string;
    events: string;
    orders: string;
  }>(
    `select count(*) as orders, count(*) filter (where o.status = 'DELIVERED' and o.version = 4) as delivered,
       (select count(distinct (e.subject_id, e.event_type, e.subject_seq)) from platform.events e
         where e.subject_type = 'order') as events from water.orders o`,
  );
  const [counted] = rows;
  const isWhole = Number(counted?.orders) === expected && Number(counted?.delivered) === expected;
  if (!isWhole || Number(counted?.events) !== expected * 5)
    throw new Error(
      `of ${expected} orders ${counted?.delivered} were delivered once, with ${counted?.events} events`,
    );
}

async function creates(stack: Stack, sellers: readonly Seller[]): Promise<Figure[]> {
  const { admin, adminUrl } = stack.postgres;
  const apiPort = await stack.startProcess('workers/main.ts', { ROLES: 'api,workers,relay' });
  await admin.query('create schema if not exists bench');
  await admin.query('create table bench.orders (like water.orders including all)');
  const barePort = await stack.startProcess('bench/http/bare-orders.process.ts', {
    BARE_DATABASE_URL: adminUrl,
  });
  const { accountId, headers } = await signIn(stack, apiPort);

  const creating = (port: number, amount: number, table: string): Side => {
    let created = 0;
    return async () => {
      const { seconds } = await loadHttp({
        url: `http://127.0.0.1:${port}`,
        connections: 20,
        amount,
        requests: sellers.map(({ reservoirId }) => ({
          method: 'POST' as const,
          path: `/v1/accounts/${accountId}/orders`,
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify({
            seller_reservoir_id: reservoirId,
            requested_fill_mode: 'VOLUME_LITERS',
            requested_volume_liters: 1,
            currency: 'KES',
          }),
        })),
      });
      created += amount;
      const { rows } = await admin.query<{ count: string }>(
        `select count(*) from ${table} where status = 'CREATED' and version = 1`,
      );
      if (Number(rows[0]?.count) !== created)
        throw new Error(`${created} orders created, ${rows[0]?.count} stored`);
      return amount / seconds;
    };
  };
  const measured = await compare(
    creating(apiPort, createsARound, 'water.orders'),
    creating(barePort, bareCreatesARound, 'bench.orders'),
  );
  return [
    ratioFigure('orders.create_vs_insert', measured),
    {
      name: 'orders.creates_per_second',
      value: measured.ours,
      unit: '/s',
      note: 'over HTTP, 20 at a time',
    },
  ];
}
