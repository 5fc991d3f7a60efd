import { signIn } from './http/buyer.js';
import { loading } from './http/load.js';
import { placeOrders } from './orders/placed.js';
import { compare } from './shared/ratio.js';
import { loadNote, ratioFigure, type Figure } from './shared/report.js';
import { startStack } from './shared/stack.js';

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
    const paths = await placeOrders(stack, accountId, orderCount);
    await assertSameOrder(paths[0] ?? '', headers, [apiPort, barePort]);

    const shares: number[] = [];
    const requests = paths.map((path) => ({ path }));
    const reading = (port: number, amount: number, given: Record<string, string>) =>
      loading(
        { url: `http://127.0.0.1:${port}`, connections, amount, requests, headers: given },
        shares,
      );
    const measured = await compare(
      reading(apiPort, 6_000, headers),
      reading(barePort, 10_000, {}),
      { rounds: 7 },
    );
    const figure = ratioFigure('reads.order_ratio', measured, { floor: 0.4, target: 0.6 });
    return [{ ...figure, note: `${figure.note}${loadNote(shares)}` }];
  } finally {
    await stack.stop();
  }
}

/** Both APIs answer with the requested order, and Millrace only to a signed-in caller. */
async function assertSameOrder(
  path: string,
  headers: Record<string, string>,
  [ours, bare]: [number, number],
) {
  const read = async (port: number) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
    return ((await response.json()) as { order_id: string }).order_id;
  };
  const stranger = await fetch(`http://127.0.0.1:${ours}${path}`);
  if (stranger.status !== 401) throw new Error(`a stranger was answered with ${stranger.status}`);
  if (!path.endsWith(await read(ours)) || !path.endsWith(await read(bare)))
    throw new Error('another order was answered');
}
