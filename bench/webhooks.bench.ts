import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../config.js';
import { createWebhookRecords } from '../db/platform/webhook.records.js';
import { createDatabase, createRolePool } from '../db/shared/database.js';
import { newId } from '../db/shared/id.js';
import { happened } from '../test/support/happened.js';
import { startTestRelay } from '../test/support/relay.js';
import { createLogger } from '../workers/shared/logger.js';
import { createWebhookSink } from '../workers/shared/webhook-sink.js';
import { openWebhooks } from '../workers/shared/webhooks.js';
import { emitMany, newSubjects } from './relay/events.js';
import { startBenchDatabase } from './shared/database.js';
import { median } from './shared/ratio.js';
import type { Figure } from './shared/report.js';

const endpointCount = 10;
const events = 500;
const subjects = 100;
const rounds = 3;
const withinMs = 60_000;

interface Report {
  counts: number[];
  unsigned: number;
  disordered: number;
}

/** Signed events from the outbox to endpoints that only count, through the relay and over HTTP. */
export async function benchWebhooks(): Promise<Figure[]> {
  const postgres = await startBenchDatabase();
  const database = createDatabase({ url: postgres.urls.app, contextKey: postgres.contextKey });
  const relayPool = createRolePool(postgres.urls.relay);
  const config = loadConfig({ SECRET_KEY: randomBytes(32).toString('base64'), WEBHOOK_ALLOW_PRIVATE: 'true' });
  const webhooks = openWebhooks(config, database);
  const records = createWebhookRecords({ database, secrets: webhooks.secrets });
  const receiver = await startReceiver();
  const logger = createLogger({ level: 'silent', process: 'bench' });
  const sinks = { webhook: createWebhookSink({ webhooks: webhooks.store, send: webhooks.activities.send, logger }) };

  /** An account with endpoints of its own, whose events wait before the relay is there. */
  async function round(name: string): Promise<number> {
    const accountId = newId();
    const secrets: Record<string, string> = {};
    for (let n = 0; n < endpointCount; n += 1) {
      const path = `/${name}/${n}`;
      const webhook = { url: receiver.url + path, eventTypes: [happened.type], description: null };
      secrets[path] = (await records.create({ accountId, principalId: newId() }, webhook)).secret;
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
      {
        ...{ name: 'webhooks.deliveries_per_second', value, unit: '/s', limit: '≥ 300', isMet: value >= 300 },
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

function assertEachOnceInOrder({ counts, unsigned, disordered }: Report): void {
  if (unsigned > 0 || disordered > 0 || counts.some((count) => count !== events))
    throw new Error(
      `endpoints got ${counts.join(', ')}; ${unsigned} with no valid signature, ${disordered} disordered`,
    );
}

/** In a process of its own, so that what it costs to receive is not the sender's. */
async function startReceiver() {
  const child = fork(fileURLToPath(new URL('webhooks/receiver.mjs', import.meta.url)), { execArgv: [] });
  const told = async (): Promise<unknown> =>
    (await once(child, 'message', { signal: AbortSignal.timeout(withinMs) }))[0];
  const { port } = (await told()) as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    /** Resolves when it is ready for them; what it answers resolves when all have come. */
    async expect(secrets: Record<string, string>, deliveries: number): Promise<() => Promise<Report>> {
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
