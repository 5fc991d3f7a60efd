import { signIn } from '../http/buyer.js';
import { loading } from '../http/load.js';
import { placeOrders } from '../orders/placed.js';
import { compare, type Side } from '../shared/ratio.js';
import { loadNote, ratioFigure, type Figure } from '../shared/report.js';
import type { Stack } from '../shared/stack.js';
import type { Issuer } from './issuer.js';
import { post } from './requests.js';

const orderCount = 100;
const connections = 16;
const readsARound = 4_000;
const rounds = 5;
const floodConnections = 4;
const floodTokens = 2_000;
const floodPerSecond = 200;

type Headers = Record<string, string>;

/**
 * The same read of an order by each credential: a session, an account token, an API key, an outside
 * issuer's token; and by a session while strangers show tokens of keys nobody has.
 */
export async function benchCredentials(
  stack: Stack,
  { port, issuer }: { port: number; issuer: Issuer },
): Promise<Figure[]> {
  const { accountId, headers: session } = await signIn(stack, port);
  const paths = await placeOrders(stack, accountId, orderCount);
  const accountToken = await accountTokenOf(port, accountId, session);
  const key = await apiKeyOf(port, accountId, session);
  const external = { authorization: `Bearer ${await issuer.token(accountId)}` };
  for (const headers of [session, accountToken, key, external])
    await assertAnswered(port, paths[0] ?? '', headers);

  const shares: number[] = [];
  const reading = (headers: Headers, amount = readsARound): Side =>
    loading(
      {
        url: `http://127.0.0.1:${port}`,
        connections,
        amount,
        requests: paths.map((path) => ({ path })),
        headers,
      },
      shares,
    );
  const figure = async (
    name: string,
    [ours, divisor]: [Headers, Headers],
    limits: { floor: number; target: number },
  ) => {
    const measured = await compare(reading(ours), reading(divisor), { rounds });
    const figured = ratioFigure(name, measured, limits);
    return { ...figured, note: `${figured.note}${loadNote(shares)}` };
  };
  return [
    await figure('identity.account_token_read_ratio', [accountToken, session], {
      floor: 0.9,
      target: 0.98,
    }),
    await figure('identity.api_key_read_ratio', [key, session], { floor: 0.85, target: 0.95 }),
    await figure('identity.external_token_read_ratio', [external, accountToken], {
      floor: 0.85,
      target: 0.95,
    }),
    await underFlood({ port, path: paths[0] ?? '', accountId, issuer, quiet: reading(session) }),
  ];
}

async function accountTokenOf(port: number, accountId: string, session: Headers): Promise<Headers> {
  const body = { account_id: accountId, scope: 'water.read' };
  const { access_token: token } = await post<{ access_token: string }>(
    port,
    '/v1/auth/token',
    body,
    session,
  );
  return { authorization: `Bearer ${token}` };
}

async function apiKeyOf(port: number, accountId: string, session: Headers): Promise<Headers> {
  const body = { name: 'Bench', scopes: ['water.read'] };
  const path = `/v1/accounts/${accountId}/api-keys`;
  const { key } = await post<{ key: string }>(port, path, body, session);
  return { 'x-api-key': key };
}

async function assertAnswered(port: number, path: string, headers: Headers): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
  if (!response.ok) throw new Error(`a read was answered with ${response.status}`);
}

interface Flooded {
  port: number;
  path: string;
  accountId: string;
  issuer: Issuer;
  quiet: Side;
}

/** Own reads beside a flood of tokens with unknown keys, against equal reads in quiet. */
async function underFlood({ port, path, accountId, issuer, quiet }: Flooded): Promise<Figure> {
  const tokens = await Promise.all(
    Array.from({ length: floodTokens }, (_, n) => issuer.forgedToken(accountId, `unknown-${n}`)),
  );
  const flooded: Side = async () => {
    const flood = startFlood(`http://127.0.0.1:${port}${path}`, tokens);
    const rate = await quiet();
    await flood.stop();
    return rate;
  };
  const measured = await compare(flooded, quiet, { rounds });
  const figured = ratioFigure('identity.unknown_kid_flood_read_ratio', measured, { floor: 0.9 });
  return { ...figured, note: `${figured.note}; ${floodPerSecond} forged tokens a second` };
}

function startFlood(url: string, tokens: readonly string[]) {
  let isStopping = false;
  const pauseMs = (1_000 * floodConnections) / floodPerSecond;
  const connection = async (first: number) => {
    for (let n = first; !isStopping; n += floodConnections) {
      const started = performance.now();
      const headers = { authorization: `Bearer ${tokens[n % tokens.length] ?? ''}` };
      const response = await fetch(url, { headers });
      await response.arrayBuffer();
      if (response.status < 400) throw new Error(`a forged token was answered ${response.status}`);
      const pauseLeftMs = pauseMs - (performance.now() - started);
      if (pauseLeftMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseLeftMs));
    }
  };
  const running = Promise.all(Array.from({ length: floodConnections }, (_, n) => connection(n)));
  return {
    stop: async () => {
      isStopping = true;
      await running;
    },
  };
}
