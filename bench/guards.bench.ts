import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { worstBodies } from '../test/support/routes/worst-bodies.js';
import { newWebhook } from '../api/platform/webhook.schemas.js';
import { activityGuardMicroseconds } from './guards/activity-guard.js';
import { signIn } from './http/buyer.js';
import { percentile } from './shared/ratio.js';
import type { Figure } from './shared/report.js';
import { startStack } from './shared/stack.js';

const attack = { bodies: 150, seconds: 15 };
const calmSeconds = 5;
const probePauseMs = 10;
const mostMs = 100;

/**
 * Latency of a probe at the API while a tenant sends the worst bodies as often as the plan allows;
 * and the cost of checking an activity's input first.
 */
export async function benchGuards(): Promise<Figure[]> {
  const stack = await startStack();
  try {
    const port = await stack.startProcess('workers/main.ts', { ROLES: 'api' });
    const { accountId, headers } = await signIn(stack, port);
    const url = `http://127.0.0.1:${port}/v1/accounts/${accountId}/webhooks`;
    const bodies = [...worstBodies(newWebhook, 256 * 1024)].map(({ text }) => text);
    const send = async (body: string): Promise<number> => {
      const response = await fetch(url, {
        method: 'POST',
        body,
        headers: { ...headers, 'content-type': 'application/json' },
      });
      await response.arrayBuffer();
      return response.status;
    };
    // Warms up: compiled code, as after some time of service.
    for (const body of bodies) await send(body);
    const calm = await probed(port, () => sleep(calmSeconds * 1_000));
    const statuses: number[] = [];
    const attacked = await probed(port, async () => {
      const sent: Promise<unknown>[] = [];
      for (let n = 0; n < attack.bodies; n += 1) {
        sent.push(send(bodies[n % bodies.length] ?? '').then((status) => statuses.push(status)));
        await sleep((attack.seconds * 1_000) / attack.bodies);
      }
      await Promise.all(sent);
    });
    const wrong = statuses.filter((status) => status !== 422 && status !== 400);
    if (wrong.length > 0)
      throw new Error(`worst bodies were answered with ${[...new Set(wrong)].join(', ')}`);
    const p99 = percentile(attacked, 0.99);
    return [
      {
        name: 'guards.health_p99_ms',
        value: p99,
        unit: 'ms',
        limit: `≤ ${mostMs}`,
        isMet: p99 <= mostMs,
        note:
          `${attack.bodies} bodies of up to 256 KiB in ${attack.seconds} s, ${attacked.length} probes, at most ` +
          `${Math.max(...attacked).toFixed(0)} ms; ${percentile(calm, 0.99).toFixed(1)} ms without the bodies`,
      },
      {
        name: 'guards.activity_us',
        value: await activityGuardMicroseconds(),
        unit: 'µs',
        note: "an order's step: its input against its schema, the signatures of its workflow's start and of who acts",
      },
    ];
  } finally {
    await stack.stop();
  }
}

/** Milliseconds of each probe, one after another, while the work goes on. */
async function probed(port: number, work: () => Promise<unknown>): Promise<number[]> {
  const agent = new Agent({ keepAlive: true });
  const taken: number[] = [];
  let isOver = false;
  const over = work().finally(() => (isOver = true));
  while (!isOver) {
    const startedAt = performance.now();
    await health(port, agent);
    taken.push(performance.now() - startedAt);
    await sleep(probePauseMs);
  }
  await over;
  agent.destroy();
  return taken;
}

const health = (port: number, agent: Agent): Promise<void> =>
  new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path: '/health', agent }, (response) => {
      if (response.statusCode !== 200)
        reject(new Error(`a probe was answered with ${response.statusCode}`));
      response.resume().once('end', resolve);
    }).once('error', reject);
  });
