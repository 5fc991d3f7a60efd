import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { program } from '../processes/node-process.js';
import { loadConfig } from '../config.js';
import { webhookRecords } from '../db/platform/webhook/webhook.records.js';
import { createDatabase, createRolePool, type Database } from '../db/connection/database.js';
import type { WebhookSecrets } from '../db/secrets/webhook-secrets.js';
import { newId } from '../db/shared/id.js';
import { happened } from '../test/support/timing/happened.js';
import { startTestRelay } from '../test/support/processes/relay.js';
import { createLogger } from '../workers/observability/logger.js';
import { createWebhookSink } from '../workers/relay/webhook-sink.js';
import { openWebhooks } from '../workers/relay/webhooks.js';
import { emitMany, newSubjects } from './relay/events.js';
import { startBenchDatabase, type BenchDatabase } from './shared/database.js';
import { median } from './shared/ratio.js';
import type { Figure } from './shared/report.js';

const secretKey = randomBytes(32).toString('base64');
const endpointCount = 10;
const events = 500;
const subjects = 100;
const rounds = 3;
const withinMs = 60_000;
/** Backlog of a suspended endpoint, met by a newly started relay. */
const backlog = { events: 20_000, subjects: 500, maxGrowthMib: 80, withinMs: 300_000 };

interface WebhookParts {
  database: Database;
  secrets: WebhookSecrets;
}

/** Returns the webhook's secret. */
async function createWebhook(
  { database, secrets }: WebhookParts,
  accountId: string,
  webhook: Parameters<ReturnType<typeof webhookRecords>['create']>[0],
): Promise<string> {
  const owner = { accountId, principalId: newId() };
  const created = await database.transaction(owner, (scope) =>
    webhookRecords(scope, { secrets }).create(webhook),
  );
  return created.secret;
}

interface Report {
  counts: number[];
  unsigned: number;
  disordered: number;
}

/**
 * Signed events from the outbox through the relay and over HTTP to endpoints with a mere counter.
 */
export async function benchWebhooks(): Promise<Figure[]> {
  const postgres = await startBenchDatabase();
  const database = createDatabase({ url: postgres.urls.app, contextKey: postgres.contextKey });
  const relayPool = createRolePool(postgres.urls.relay);
  const config = loadConfig({ SECRET_KEY: secretKey, WEBHOOK_ALLOW_PRIVATE: 'true' });
  const webhooks = openWebhooks(config, database);
  const receiver = await startReceiver();
  const logger = createLogger({ level: 'silent', process: 'bench' });
  const sinks = {
    webhook: createWebhookSink({
      endpoints: webhooks.endpoints,
      send: webhooks.activities.send,
      logger,
    }),
  };

  /** Measures an account with new endpoints; the events wait before the relay starts. */
  async function round(name: string): Promise<number> {
    const accountId = newId();
    const secrets: Record<string, string> = {};
    for (let n = 0; n < endpointCount; n += 1) {
      const path = `/${name}/${n}`;
      const webhook = { url: receiver.url + path, eventTypes: [happened.type], description: null };
      secrets[path] = await createWebhook(
        { database, secrets: webhooks.secrets },
        accountId,
        webhook,
      );
    }
    await emitMany(database, accountId, events, newSubjects(name, subjects));
    const all = await receiver.expect(secrets, events * endpointCount);
    const startedAt = performance.now();
    const relay = startTestRelay({ database, relayPool }, [], { sinks });
    try {
      assertEachOnceInOrder(await all());
      return (events * endpointCount) / ((performance.now() - startedAt) / 1_000);
    } finally {
      await relay.stop();
    }
  }

  try {
    await round('warm-up');
    const rates: number[] = [];
    while (rates.length < rounds) rates.push(await round(`round-${rates.length}`));
    rates.sort((a, b) => a - b);
    const value = median(rates);
    return [
      await measureBacklog(postgres, { database, secrets: webhooks.secrets }),
      {
        name: 'webhooks.deliveries_per_second',
        value,
        unit: '/s',
        limit: '≥ 300',
        isMet: value >= 300,
        note: `${events} events of ${subjects} subjects to each of ${endpointCount} endpoints, ${rounds} rounds, each signed, once and in order`,
      },
    ];
  } finally {
    await receiver.stop();
    webhooks.close();
    await relayPool.end();
    await database.close();
    await postgres.stop();
  }
}

/**
 * Memory growth of a relay fanning out a suspended endpoint's backlog, and delivering the backlog
 * once the endpoint is back.
 */
async function measureBacklog(
  { admin, urls, contextKey }: BenchDatabase,
  parts: WebhookParts,
): Promise<Figure> {
  const endpoint = createServer((_request, response) => void response.end()).listen(0, '127.0.0.1');
  await once(endpoint, 'listening');
  const { port } = endpoint.address() as AddressInfo;
  const accountId = newId();
  const webhook = {
    url: `http://127.0.0.1:${port}/`,
    eventTypes: [happened.type],
    description: null,
  };
  await createWebhook(parts, accountId, webhook);
  const pause = (until: string) =>
    admin.query(
      'update platform.consumers set paused_until = $2::timestamptz where account_id = $1',
      [accountId, until],
    );
  await pause('infinity');
  await emitMany(
    parts.database,
    accountId,
    backlog.events,
    newSubjects('backlog', backlog.subjects),
  );
  const relay = fork(program, ['bench/webhooks/relay.process.ts'], {
    execArgv: [],
    env: {
      ...process.env,
      URL_APP: urls.app,
      URL_RELAY: urls.relay,
      CONTEXT_KEY: contextKey,
      SECRET_KEY: secretKey,
    },
  });
  const told = async (): Promise<unknown> => (await once(relay, 'message'))[0];
  const rssMib = async (asked: 'start' | 'tell'): Promise<number> => {
    relay.send(asked);
    return Number(await told()) / 2 ** 20;
  };
  const waiting = async (): Promise<{ events: number; deliveries: number }> => {
    const { rows } = await admin.query<{ events: number; deliveries: number }>(
      `select (select count(*) from platform.events where dispatched_at is null)::int as events,
         (select count(*) from platform.deliveries where state = 'PENDING' and account_id = $1)::int as deliveries`,
      [accountId],
    );
    return rows[0] ?? { events: 0, deliveries: 0 };
  };
  try {
    await told();
    const before = await rssMib('start');
    let most = before;
    const until = Date.now() + backlog.withinMs;
    for (
      let isBack = false, { events: rest, deliveries } = await waiting();
      rest + deliveries > 0;
    ) {
      if (Date.now() > until)
        throw new Error(`${rest + deliveries} of ${backlog.events} were still waiting`);
      most = Math.max(most, await rssMib('tell'));
      if (!isBack && rest === 0) await pause('-infinity');
      isBack ||= rest === 0;
      await sleep(250);
      ({ events: rest, deliveries } = await waiting());
    }
    const value = most - before;
    return {
      name: 'webhooks.backlog_growth_mib',
      value,
      unit: 'MiB',
      limit: `≤ ${backlog.maxGrowthMib}`,
      isMet: value <= backlog.maxGrowthMib,
      note: `a relay's memory over ${backlog.events} events that waited for an endpoint, from ${before.toFixed(0)} MiB`,
    };
  } finally {
    relay.kill();
    endpoint.close();
  }
}

function assertEachOnceInOrder({ counts, unsigned, disordered }: Report): void {
  if (unsigned > 0 || disordered > 0 || counts.some((count) => count !== events))
    throw new Error(
      `endpoints got ${counts.join(', ')}; ${unsigned} with no valid signature, ${disordered} disordered`,
    );
}

/** In a separate process, so that the cost of receiving is not the sender's. */
async function startReceiver() {
  const child = fork(fileURLToPath(new URL('webhooks/receiver.mjs', import.meta.url)), {
    execArgv: [],
  });
  const told = async (): Promise<unknown> =>
    (await once(child, 'message', { signal: AbortSignal.timeout(withinMs) }))[0];
  const { port } = (await told()) as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    /**
     * Resolves when the receiver is ready for the events; the returned promise resolves when all
     * have come.
     */
    async expect(
      secrets: Record<string, string>,
      deliveries: number,
    ): Promise<() => Promise<Report>> {
      const ready = told();
      child.send({ secrets, deliveries });
      await ready;
      return told as () => Promise<Report>;
    },
    async stop(): Promise<void> {
      if (!child.connected) return;
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}
