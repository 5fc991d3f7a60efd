import { createRolePool } from '../db/connection/database.js';
import { isContextRefused } from '../db/connection/database-clock.js';
import type { RoleUrls } from '../db/setup/provision.js';
import { startCollector, type Collector } from '../test/support/servers/collector.js';
import { eventually } from '../test/support/timing/eventually.js';
import { seedDemo } from '../workers/demo/demo-seed.js';
import { signIn } from './http/buyer.js';
import { loading } from './http/load.js';
import { placeOrders } from './orders/placed.js';
import { compare, type Ratio, type Side } from './shared/ratio.js';
import { loadNote, ratioFigure, type Figure } from './shared/report.js';
import { databaseVariables, startStack } from './shared/stack.js';

const orderCount = 200;
const connections = 16;
const readsARound = 6_000;
const rounds = 7;
/** Of OTEL_TRACES_SAMPLER_ARG, when nothing is set. */
const sampledShare = 0.1;

interface Api {
  port: number;
  headers: Record<string, string>;
}

/**
 * The cost of tracing and of an unforgeable context for a read: an order read over HTTP, with and
 * without.
 */
export async function benchObservability(): Promise<Figure[]> {
  const stack = await startStack();
  const [someOf, allOf] = [await startCollector(), await startCollector()];
  try {
    const { accountId } = await seedDemo({ database: stack.database, planId: 'pro' });
    const paths = await placeOrders(stack, accountId, orderCount);
    const trusting = await stack.copyDatabase('bench_trusting');
    await trusting.admin.query(believeSettings);
    await assertForgery(accountId, { refusedBy: stack.postgres.urls, believedBy: trusting.urls });

    const startApi = async (entry: string, variables: Record<string, string>): Promise<Api> => {
      const port = await stack.startProcess(entry, { ROLES: 'api', ...variables });
      return { port, headers: (await signIn(stack, port)).headers };
    };
    const traced = (collector: Collector) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    const api = await startApi('workers/main.ts', {});
    const sampled = await startApi('workers/main.ts', traced(someOf));
    const whole = await startApi('workers/main.ts', {
      ...traced(allOf),
      OTEL_TRACES_SAMPLER: 'always_on',
    });
    const plain = await startApi(
      'bench/http/plain-context.process.ts',
      databaseVariables(trusting.urls),
    );
    await assertSameAnswer(paths[0] ?? '', [api, plain]);

    const shares: number[] = [];
    const requests = paths.map((path) => ({ path }));
    const reading = ({ port, headers }: Api): Side =>
      loading(
        { url: `http://127.0.0.1:${port}`, connections, amount: readsARound, requests, headers },
        shares,
      );
    const figure = (name: string, measured: Ratio, how: string, limits = {}): Figure => {
      const { note, ...rest } = ratioFigure(name, measured, limits);
      return { ...rest, note: `without ÷ with: ${note}; ${how}${loadNote(shares)}` };
    };
    const inTurns = (without: Api, withIt: Api) =>
      compare(reading(without), reading(withIt), { rounds });
    const bySample = await inTurns(api, sampled);
    await assertTold(someOf, sampledShare);
    const byAll = await inTurns(api, whole);
    await assertTold(allOf, 1);
    const bySignature = await inTurns(plain, api);
    return [
      figure('tracing.read_ratio', bySample, 'a tenth of all traces kept, as it comes', {
        ceiling: 1.15,
      }),
      figure('tracing.every_read_ratio', byAll, 'every trace kept'),
      figure('context.read_ratio', bySignature, 'signed, against a plain setting', {
        ceiling: 1.15,
      }),
    ];
  } finally {
    await stack.stop();
    await Promise.all([someOf.stop(), allOf.stop()]);
  }
}

/**
 * Asserts the expected share of a comparison's reads as spans: every read, or as many as a
 * sampler's luck allows.
 */
async function assertTold(collector: Collector, share: number): Promise<void> {
  const warmUps = 1;
  const asked = readsARound * (rounds + warmUps);
  const slack = share === 1 ? 0 : 0.02 * asked;
  await eventually(() => {
    const told = collector.spans.filter(({ name }) => name.startsWith('GET /v1/accounts/')).length;
    if (Math.abs(told - share * asked) > slack)
      throw new Error(`of ${asked} reads ${told} were told`);
  });
}

/** Trusts a setting of account and principal: any session able to set the setting may be anyone. */
const believeSettings = `
  create or replace function platform.current_account_id() returns uuid language sql stable
    as $$ select nullif(split_part(current_setting('millrace.context', true), '|', 1), '')::uuid $$;
  create or replace function platform.current_principal_id() returns uuid language sql stable
    as $$ select nullif(split_part(current_setting('millrace.context', true), '|', 2), '')::uuid $$`;

/**
 * Without a signature the verifying database refuses and the trusting database the requested
 * rows.
 */
async function assertForgery(
  accountId: string,
  { refusedBy, believedBy }: Record<'refusedBy' | 'believedBy', RoleUrls>,
) {
  const seenBy = async ({ app }: RoleUrls): Promise<number> => {
    const pool = createRolePool(app, { max: 1 });
    try {
      // Set for the session, not for a transaction: an injected statement could do so as well.
      await pool.query("select set_config('millrace.context', $1, false)", [`${accountId}|`]);
      const { rows } = await pool.query<{ seen: number }>(
        'select count(*)::int as seen from water.orders',
      );
      return rows[0]?.seen ?? NaN;
    } catch (error) {
      if (isContextRefused(error)) return 0;
      throw error;
    } finally {
      await pool.end();
    }
  };
  const seen = [await seenBy(refusedBy), await seenBy(believedBy)];
  if (seen[0] !== 0 || seen[1] !== orderCount)
    throw new Error(`a forged context saw ${seen.join(' and ')} orders`);
}

/** Both answer with the very same order, and neither a stranger. */
async function assertSameAnswer(path: string, apis: readonly Api[]): Promise<void> {
  const answers = new Set<string>();
  for (const { port, headers } of apis) {
    const url = `http://127.0.0.1:${port}${path}`;
    const stranger = await fetch(url);
    if (stranger.status !== 401) throw new Error(`a stranger was answered with ${stranger.status}`);
    const response = await fetch(url, { headers });
    if (!response.ok) throw new Error(`${path} was answered with ${response.status}`);
    answers.add(await response.text());
  }
  if (answers.size !== 1) throw new Error('the same order was answered in several ways');
}
